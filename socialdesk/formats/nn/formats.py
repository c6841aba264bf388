"""Dates and numbers as they are written in nynorsk: 20.11.2026, 20. november 2026, 07.42, 8 000 and 4,2."""

SHORT_DATE_FORMAT = "d.m.Y"
DATE_FORMAT = "j. F Y"
MONTH_DAY_FORMAT = "j. F"
DAY_MONTH_FORMAT = "j.n."
LONG_DAY_FORMAT = "l j. F"
TIME_FORMAT = "H.i"
SHORT_MOMENT_FORMAT = "d.m.Y \\k\\l. H.i"
STAMP_FORMAT = "d.m.Y \\k\\l. H.i.s"
MOMENT_FORMAT = "j. F \\k\\l. H.i"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\N{NO-BREAK SPACE}"
NUMBER_GROUPING = 3
