"""Who may publish alone: the municipality's policy, the rule for one alone on duty, and the duties that add to both."""

from dataclasses import replace
from datetime import date

import pytest

from guidelines.duties import Duty, DutyKind, Facts, Flag, Sorting, Stage, When
from guidelines.review_policy import ReviewPolicy, second_person_for

TODAY = date(2026, 11, 21)
OLA, MARI = 7, 8
SECOND = Duty(
    "C6-second",
    "C6",
    "punkt 6",
    DutyKind.SECOND_REVIEWER,
    Stage.BEFORE_PUBLISHING,
    "En annen godkjenner",
    (When(flags=frozenset({Flag.POLITICAL})),),
)
ALONE = ReviewPolicy(alone_on_duty=OLA, alone_until=TODAY)
POLITICAL_PRAISE = Facts(frozenset({Sorting.PRAISE}), frozenset({Flag.POLITICAL}))


def facts(*sortings: Sorting, flags: tuple[Flag, ...] = ()) -> Facts:
    return Facts(frozenset(sortings), frozenset(flags))


@pytest.mark.parametrize(
    ("given", "asking"),
    [
        (facts(Sorting.PRAISE), None),
        (facts(Sorting.NEUTRAL), None),
        (facts(Sorting.NEGATIVE), ("negative",)),
        (facts(Sorting.FACTUAL_ERROR), ("factual_error",)),
        (facts(Sorting.CASE_HANDLING), ("case_handling",)),
        (facts(Sorting.PRAISE, Sorting.CASE_HANDLING), ("case_handling",)),
        (facts(Sorting.PRAISE, flags=(Flag.HEALTH_DATA,)), ("health_data",)),
        (facts(), ()),
    ],
)
def test_by_default_thanks_and_plain_answers_are_for_one_and_the_rest_for_two(
    given: Facts, asking: tuple[str, ...] | None
) -> None:
    why = second_person_for(ReviewPolicy(), [], given, member=OLA, today=TODAY)
    assert (why.because_of if why else None) == asking


def test_the_municipality_decides_by_sorting_and_flag() -> None:
    policy = ReviewPolicy(frozenset({"negative", "press"}))
    assert second_person_for(policy, [], facts(Sorting.NEGATIVE, flags=(Flag.PRESS,)), member=OLA, today=TODAY) is None
    assert second_person_for(policy, [], facts(Sorting.PRAISE), member=OLA, today=TODAY)


@pytest.mark.parametrize(
    ("member", "today", "alone"),
    [(OLA, TODAY, True), (OLA, date(2026, 11, 22), False), (MARI, TODAY, False)],
)
def test_one_alone_on_duty_may_until_the_day_is_over(member: int, today: date, alone: bool) -> None:
    why = second_person_for(ALONE, [], facts(Sorting.CASE_HANDLING), member=member, today=today)
    assert (why is None) == alone


def test_without_an_end_nobody_is_alone_on_duty() -> None:
    assert second_person_for(replace(ALONE, alone_until=None), [], facts(Sorting.NEGATIVE), member=OLA, today=TODAY)


def test_a_duty_adds_to_the_policy_and_to_the_rule_for_one_alone() -> None:
    everything = ReviewPolicy(frozenset({*Sorting, *Flag}), OLA, TODAY)
    why = second_person_for(everything, [SECOND], POLITICAL_PRAISE, member=OLA, today=TODAY)
    assert why is not None
    assert why.duty == SECOND
    assert second_person_for(everything, [SECOND], facts(Sorting.PRAISE), member=OLA, today=TODAY) is None


def test_a_text_that_a_lead_approved_beforehand_needs_nobody_more() -> None:
    case = facts(Sorting.CASE_HANDLING, flags=(Flag.POLITICAL,))
    assert second_person_for(ReviewPolicy(), [SECOND], case, member=OLA, today=TODAY, pre_approved=True) is None
