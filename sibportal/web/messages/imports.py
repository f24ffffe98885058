"""Sentences for files of measurements: what they are, their cells, and what happened to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "outcomes.file_damaged": _(
        "The file is damaged or is not what its name says. Open it, save it anew as .xlsx, .ods or "
        "CSV, and choose that file."
    ),
    "outcomes.file_unpacks_too_large": _(
        "Unpacked, the file is larger than %(limit)s MB. Copy the rows into a new file and save it."
    ),
    "outcomes.file_is_protected": _(
        "The file is locked with a password. Remove the password, save, and choose it again."
    ),
    "outcomes.file_is_old_spreadsheet": _(
        "This is an old spreadsheet (.xls) or a file of another program. "
        "Save it as .xlsx, .ods or CSV."
    ),
    "outcomes.file_is_no_spreadsheet": _(
        "This packed file is no spreadsheet that the portal reads. Save it as .xlsx, .ods or CSV."
    ),
    "outcomes.file_several_sheets": _(
        "Several sheets could hold the measurements: %(sheets)s. Keep the one to read and hide or "
        "remove the others."
    ),
    "outcomes.file_merged_everywhere": _(
        "Too many cells are merged. Unmerge them, so that each value has a cell of its own."
    ),
    "outcomes.file_not_filled_in": _("No row of the file is filled in."),
    "outcomes.cell_is_formula": _(
        "The cell holds a formula. Paste the value itself (paste special, values)."
    ),
    "outcomes.cell_is_error": _("The cell shows an error, “%(value)s”. Write the value."),
    "outcomes.cell_is_merged": _(
        "The cell is merged with others. Unmerge them and write each value in its own cell."
    ),
    "outcomes.date_is_serial": _(
        "“%(value)s” is how spreadsheets count days: perhaps %(day)s. Show the cell as a date."
    ),
    "outcomes.sheet_chosen": _("The sheet “%(value)s” was read, the others were not."),
    "outcomes.columns_as_before": _("The columns were matched as in your last file."),
    "outcomes.template_of_another_contract": _(
        "This file was made for another contract. "
        "Download the file of this contract and fill it in."
    ),
    "outcomes.template_of_older_terms": _(
        "This file was made under earlier terms. What is asked may have changed: look at the rows, "
        "or download the file anew."
    ),
    "outcomes.template_of_another_version": _(
        "This file was made by another version of the portal. "
        "Look at the rows, or download it anew."
    ),
    "outcomes.template_too_long": _(
        "More than %(limit)s measurements are due. Choose one reporting period."
    ),
    "outcomes.column_twice": _("Two columns are matched with the same thing: %(column)s."),
    "outcomes.column_unmatched": _("Choose the column that holds: %(column)s."),
    "outcomes.import_changed": _(
        "Something changed since the file was examined. Look at it again before you save."
    ),
    "outcomes.import_has_nothing_new": _(
        "Every row of this file is there already. There is nothing to save."
    ),
}
