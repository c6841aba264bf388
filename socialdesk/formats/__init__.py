"""How dates, times and numbers are written in each language (Django's FORMAT_MODULE_PATH).

Beside Django's names are our own: DAY_MONTH (24.11.), LONG_DAY (tirsdag 24. november), MOMENT (a day with its time) and
STAMP (figures to the second).
"""
