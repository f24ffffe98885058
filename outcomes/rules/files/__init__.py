"""Files of measurements, from bytes to a table of texts: CSV, XLSX and ODS.

Nothing in a file is trusted: sizes are counted while it streams, and what cannot be read for
certain is told with its cell instead of guessed. Reading keeps no whole document in memory.
"""
