"""Dates and numbers for English readers: 20 Nov 2026 (never 11/20), 20 November 2026, 07:42, 8,000 and 4.2."""

SHORT_DATE_FORMAT = "j M Y"
DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
DAY_MONTH_FORMAT = "j M"
LONG_DAY_FORMAT = "l j F"
TIME_FORMAT = "H:i"
SHORT_MOMENT_FORMAT = "j M Y \\a\\t H:i"
STAMP_FORMAT = "j M Y \\a\\t H:i:s"
MOMENT_FORMAT = "j F \\a\\t H:i"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]
FIRST_DAY_OF_WEEK = 1
