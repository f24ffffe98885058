"""The mark of rows that are inserted once: neither changed nor deleted."""

import pgtrigger

FINAL = pgtrigger.Update | pgtrigger.Delete
