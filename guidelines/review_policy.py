"""Whether a reply needs a second person before it is published. Pure: a policy and a comment's facts in.

The policy is the municipality's own (defaults below); a duty in the guideline that asks for a second reviewer adds to
it and is never taken away by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guidelines.duties import Duty, DutyKind, Facts, Flag, Sorting, obligations_for

# Thanks and plain answers may be published by one person; all else by two.
DEFAULT_ALONE: tuple[str, ...] = (Sorting.NEUTRAL, Sorting.PRAISE)


@dataclass(frozen=True)
class ReviewPolicy:
    """What one person may publish alone: the sortings and flags, and who is alone on duty until when (that day too)."""

    alone_for: frozenset[str] = frozenset(DEFAULT_ALONE)
    alone_on_duty: int | None = None
    alone_until: date | None = None

    def is_alone_on_duty(self, member: int, today: date) -> bool:
        """Tell whether the lead's deputy rule lets this member publish alone today."""
        return member == self.alone_on_duty and self.alone_until is not None and today <= self.alone_until


@dataclass(frozen=True)
class SecondPerson:
    """Why a second person is needed: a duty of the guideline, or the sortings and flags that the policy names."""

    duty: Duty | None = None
    because_of: tuple[str, ...] = ()


def second_person_for(
    policy: ReviewPolicy,
    duties: Iterable[Duty],
    facts: Facts,
    *,
    member: int,
    today: date,
    pre_approved: bool = False,
) -> SecondPerson | None:
    """Return why somebody other than `member` must approve, or None when they may publish alone.

    `pre_approved`: the text is a template as a lead approved it, unchanged, so a second person has read every word.
    """
    if pre_approved:
        return None
    if duty := _duty_that_asks(duties, facts):
        return SecondPerson(duty=duty)
    if policy.is_alone_on_duty(member, today):
        return None
    asking = tuple(code for code in (*Sorting, *Flag) if code in _decided(facts) - policy.alone_for)
    if asking or not facts.sortings:
        return SecondPerson(because_of=tuple(str(code) for code in asking))
    return None


def _decided(facts: Facts) -> frozenset[str]:
    return frozenset(str(code) for code in (*facts.sortings, *facts.flags))


def _duty_that_asks(duties: Iterable[Duty], facts: Facts) -> Duty | None:
    asked = obligations_for(duties, facts)
    return next((one.duty for one in asked if one.kind is DutyKind.SECOND_REVIEWER), None)
