"""When a comment should be answered: a target in working time, by what it is (product.md section 3, point 9)."""

from collections.abc import Collection
from datetime import datetime

from guidelines.vocabulary import Flag, Sorting
from team.working_time import OfficeHours

PRAISE_DAYS, OTHER_DAYS = 2, 1
RECENT_DAYS = 30  # a first pull reads so far back; what is older is read as history and has no deadline (decision 0007)


def answer_by(
    posted_at: datetime, hours: OfficeHours, *, sortings: Collection[str] = (), signs: Collection[str] = ()
) -> datetime:
    """Return when a comment written at `posted_at` should be answered at the latest.

    Urgent ones now, a wrong fact the same day, praise within two days, the rest within one; of several sortings the
    strictest. `signs` are flags and what the detectors propose. Unsorted comments have one day.
    """
    if Flag.URGENT in signs:
        return posted_at
    if Sorting.FACTUAL_ERROR in sortings:
        return hours.end_of_day(posted_at)
    return hours.after_days(posted_at, PRAISE_DAYS if {*sortings} == {Sorting.PRAISE} else OTHER_DAYS)
