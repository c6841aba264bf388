"""What the two guidelines ask, when it is met, and what holds a reply back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.duties import (
    Check,
    DutyKind,
    EnquiryChoice,
    Facts,
    Flag,
    Forwarding,
    Sorting,
    SortingError,
    Stage,
    State,
    Work,
    assess,
    duty_for_check,
    ends_without_answer,
    must_be_archived,
    obligations_for,
    unmet,
    validate_sortings,
)
from guidelines.pack import read_pack
from guidelines.soundness import check_rules
from tests.guidelines.duty_table import ARCHIVED, BOTH, CASES, FORMAL, facts

DUTIES = {name: read_pack(name).duties for name in BOTH}
EITHER = pytest.mark.parametrize("council", BOTH)


def codes(council, asked):
    return [one.code for one in obligations_for(DUTIES[council], asked)]


def missing(council, asked, work):
    return [one.clause or one.code for one in unmet(obligations_for(DUTIES[council], asked), work)]


def state_of(council, row, work):
    return next(
        one for one in assess(obligations_for(DUTIES[council], row.asked), work) if one.obligation.code == row.code
    )


each_row = pytest.mark.parametrize(
    ("council", "row"), CASES, ids=[f"{council}-{row.code}-{number}" for number, (council, row) in enumerate(CASES)]
)


def test_the_table_has_a_row_for_every_duty_of_both_councils():
    tabled = {(council, row.code) for council, row in CASES}
    assert tabled == {(council, duty.code) for council in BOTH for duty in DUTIES[council]}
    assert len(CASES) >= 60


@each_row
def test_the_duty_is_asked_when_the_guideline_asks_it_and_only_then(council, row):
    assert row.code in codes(council, row.asked)
    if row.not_asked is not None:
        assert row.code not in codes(council, row.not_asked)


@each_row
def test_the_duty_is_met_by_what_meets_it_and_by_nothing_less(council, row):
    kept, not_kept = state_of(council, row, row.kept), state_of(council, row, row.not_kept)
    assert (kept.state, not_kept.state) == (row.kept_as, row.not_kept_as)
    assert kept.explanation
    assert not_kept.explanation


@each_row
def test_the_duty_holds_the_reply_back_only_while_it_must(council, row):
    obligations = obligations_for(DUTIES[council], row.asked)
    assert row.code not in [one.code for one in unmet(obligations, row.kept)]
    assert (row.code in [one.code for one in unmet(obligations, row.not_kept)]) is row.holds_back


# A comment that is negative, wrong and a case at once, and all that has been done about it.
EVERYTHING = facts(Sorting.NEGATIVE, Sorting.FACTUAL_ERROR, Sorting.CASE_HANDLING)
COMPLETE = {
    "text": f"{FORMAL} {ARCHIVED}",
    "has_source": True,
    "enquiry_choice": EnquiryChoice.ASK,
    "forwarding": Forwarding.PLANNED,
    "archived": True,
}
MUTATIONS = [
    ("meraker", {"text": FORMAL}, ["C5"]),
    ("meraker", {"text": ARCHIVED}, ["C4"]),
    ("meraker", {"text": ""}, ["C4", "C5"]),
    ("meraker", {"has_source": False}, ["C2d"]),
    ("meraker", {"enquiry_choice": None}, ["C4"]),
    ("meraker", {"forwarding": Forwarding.NONE}, ["C5"]),
    ("meraker", {"enquiry_choice": EnquiryChoice.FORWARD, "forwarding": Forwarding.NONE}, ["C4", "C5"]),
    ("meraker", {"enquiry_choice": EnquiryChoice.FORWARD, "text": ARCHIVED}, []),
    ("meraker", {"archived": False}, []),
    ("tydal", {"text": FORMAL}, ["C5"]),
    ("tydal", {"text": ARCHIVED}, ["C4"]),
    ("tydal", {"has_source": False}, ["C2d"]),
    ("tydal", {"enquiry_choice": None}, []),
    ("tydal", {"forwarding": Forwarding.NONE}, ["C5"]),
    ("tydal", {"enquiry_choice": EnquiryChoice.FORWARD, "text": ARCHIVED}, ["C4"]),
    ("tydal", {"archived": False}, []),
]


@EITHER
def test_nothing_is_missing_from_complete_work(council):
    assert missing(council, EVERYTHING, Work(**COMPLETE)) == []


@pytest.mark.parametrize(("council", "taken_away", "clauses"), MUTATIONS)
def test_what_is_taken_from_complete_work_is_named_by_its_clause(council, taken_away, clauses):
    assert missing(council, EVERYTHING, Work(**{**COMPLETE, **taken_away})) == clauses


LAWFUL = "Vi sender klagen videre, og du trenger ikke sende den på nytt. Klagefristen er tre uker. " + ARCHIVED


@EITHER
@pytest.mark.parametrize(
    ("text", "forwarding", "left"),
    [
        (LAWFUL, Forwarding.PLANNED, []),
        (LAWFUL.replace("Klagefristen er tre uker.", ""), Forwarding.PLANNED, ["law-complaint-deadline"]),
        (LAWFUL.replace("og du trenger ikke sende den på nytt", ""), Forwarding.PLANNED, ["law-complaint-notice"]),
        (LAWFUL.replace(ARCHIVED, ""), Forwarding.PLANNED, ["C5"]),
        (LAWFUL, Forwarding.NONE, ["C5", "law-complaint-forward"]),
    ],
)
def test_a_complaint_is_passed_on_with_the_word_about_the_deadline(council, text, forwarding, left):
    complaint = facts(Sorting.CASE_HANDLING, flags=[Flag.COMPLAINT])
    assert missing(council, complaint, Work(text=text, forwarding=forwarding)) == left


@EITHER
def test_a_request_for_access_is_forwarded_the_same_day_and_never_sent_back(council):
    request = facts(Sorting.CASE_HANDLING, flags=[Flag.ACCESS_REQUEST])
    asked = obligations_for(DUTIES[council], request)
    assert "C4-notice" not in [one.code for one in asked]
    assert [one.code for one in asked if one.duty.same_day] == ["law-access-forward"]
    work = Work(text=f"{FORMAL} {ARCHIVED}", enquiry_choice=EnquiryChoice.ASK, forwarding=Forwarding.SENT)
    assert [one.code for one in unmet(asked, work)] == ["law-access-notice"]


def test_the_councils_differ_in_the_alternative_of_point_4_and_in_part_b_alone():
    ours, theirs = ({duty.code: duty for duty in DUTIES[name]} for name in BOTH)
    same = ours.keys() & theirs.keys()
    assert [code for code in sorted(same) if ours[code] != theirs[code]] == ["C4-notice"]
    assert ours["C4-notice"].alternatives == {EnquiryChoice.FORWARD}
    assert not theirs["C4-notice"].alternatives
    assert ours["C4-notice"].wording == theirs["C4-notice"].wording
    assert {ours[code].clause for code in ours.keys() - same} == {"B1", "B2", "B3", "B4"}
    assert {theirs[code].clause for code in theirs.keys() - same} == {""}


@pytest.mark.parametrize("check", [Check.PERSONAL_DATA, Check.PICTURES, Check.STORIES, Check.CONSENT])
def test_a_draft_check_cites_part_b_in_meraker_and_the_law_in_tydal(check):
    ours, theirs = (duty_for_check(DUTIES[name], check) for name in BOTH)
    assert ours.clause.startswith("B")
    assert (theirs.clause, theirs.point) == ("", "lov")
    assert (ours.when, ours.title, ours.stage) == (theirs.when, theirs.title, theirs.stage)


@EITHER
@pytest.mark.parametrize("forwarding", Forwarding)
def test_forwarding_by_point_5_never_ticks_point_4(council, forwarding):
    assert "C4" in missing(council, facts(Sorting.CASE_HANDLING), Work(text=ARCHIVED, forwarding=forwarding))


@EITHER
@pytest.mark.parametrize("forwarding", [Forwarding.PLANNED, Forwarding.SENT])
def test_a_missing_receipt_never_holds_a_reply(council, forwarding):
    assert missing(council, EVERYTHING, Work(**{**COMPLETE, "forwarding": forwarding})) == []


@EITHER
@pytest.mark.parametrize(
    ("asked", "archived"),
    [
        (facts(Sorting.CASE_HANDLING), True),
        (facts(Sorting.CASE_HANDLING, value=False), True),
        (facts(Sorting.NEGATIVE, value=True), True),
        (facts(Sorting.NEUTRAL, to_us=False, value=True), True),
        (facts(Sorting.PRAISE), False),
        (facts(Sorting.FACTUAL_ERROR, value=False), False),
        (facts(), False),
    ],
)
def test_a_case_and_what_documents_something_ends_in_the_archive(council, asked, archived):
    assert must_be_archived(DUTIES[council], asked) is archived


@EITHER
@pytest.mark.parametrize(
    ("asked", "ends"),
    [
        (facts(Sorting.NEUTRAL, to_us=False), True),
        (facts(Sorting.NEUTRAL, to_us=True), False),
        (facts(Sorting.NEUTRAL), False),
        (facts(Sorting.NEUTRAL, to_us=False, value=True), False),
        (facts(Sorting.NEUTRAL, to_us=False, flags=[Flag.ACCESS_REQUEST]), False),
        (facts(Sorting.NEUTRAL, to_us=False, flags=[Flag.POLITICAL]), True),
        (facts(Sorting.PRAISE), False),
        (facts(Sorting.NEGATIVE, to_us=False), False),
        (facts(Sorting.FACTUAL_ERROR), False),
        (facts(Sorting.CASE_HANDLING), False),
        (facts(), False),
    ],
)
def test_only_what_asks_no_words_to_the_sender_ends_without_an_answer(council, asked, ends):
    assert ends_without_answer(DUTIES[council], asked) is ends


@EITHER
def test_private_use_mail_and_adoption_ask_nothing_of_a_comment(council):
    all_facts = Facts(frozenset(Sorting), frozenset(Flag), True, True)
    assert {one.clause[:1] for one in obligations_for(DUTIES[council], all_facts)} <= {"B", "C", ""}


@EITHER
def test_reminders_are_asked_but_never_hold_a_reply(council):
    political = facts(Sorting.PRAISE, flags=[Flag.POLITICAL, Flag.PERSONAL_DATA, Flag.HEALTH_DATA])
    reminded = [one for one in obligations_for(DUTIES[council], political) if one.duty.draft_check]
    assert len(reminded) == 6
    assert unmet(reminded, Work()) == []


def test_a_second_reviewer_is_a_row_that_a_municipality_may_add():
    level = next(duty for duty in DUTIES["meraker"] if duty.code == "C6-level")
    kind, stage = DutyKind.SECOND_REVIEWER, Stage.BEFORE_PUBLISHING
    row = replace(level, code="C6-reviewer", kind=kind, stage=stage, draft_check=None)
    assert check_rules([*DUTIES["meraker"], row]) == []
    asked = obligations_for([row], facts(Sorting.NEGATIVE, flags=[Flag.POLITICAL]))
    assert [one.code for one in unmet(asked, Work())] == ["C6-reviewer"]
    assert unmet(asked, Work(second_reviewer=True)) == []


@pytest.mark.parametrize(
    "others", [[Sorting.PRAISE], [Sorting.CASE_HANDLING], [Sorting.NEGATIVE, Sorting.FACTUAL_ERROR]]
)
def test_neutral_stands_alone(others):
    validate_sortings({Sorting.NEUTRAL})
    validate_sortings(set(others))
    with pytest.raises(SortingError, match="Nøytral står alene"):
        validate_sortings({Sorting.NEUTRAL, *others})


def test_no_sorting_is_no_sorting():
    with pytest.raises(SortingError, match="minst én"):
        validate_sortings(set())


some_sortings = st.frozensets(st.sampled_from([one for one in Sorting if one is not Sorting.NEUTRAL]))
answers = st.sampled_from([None, True, False])


@EITHER
@given(
    fewer=some_sortings, more=some_sortings, flags=st.frozensets(st.sampled_from(Flag)), to_us=answers, value=answers
)
def test_one_more_sorting_never_takes_a_duty_away(council, fewer, more, flags, to_us, value):
    before = codes(council, Facts(fewer, flags, to_us, value))
    after = codes(council, Facts(fewer | more, flags, to_us, value))
    assert set(before) <= set(after)
    assert after == [duty.code for duty in DUTIES[council] if duty.code in after], "the guideline's order is kept"


@EITHER
@given(
    sortings=st.frozensets(st.sampled_from(Sorting)), flags=st.frozensets(st.sampled_from(Flag)), text=st.text(),
    choice=st.sampled_from([None, *EnquiryChoice]), forwarding=st.sampled_from(Forwarding), replied=st.booleans(),
)  # fmt: skip
def test_only_a_missing_blocking_duty_is_unmet(council, sortings, flags, text, choice, forwarding, replied):
    work = Work(text=text, enquiry_choice=choice, forwarding=forwarding, replied=replied)
    asked = obligations_for(DUTIES[council], Facts(sortings, flags))
    verdicts = assess(asked, work)
    assert [one.obligation for one in verdicts] == asked
    held = [one.obligation for one in verdicts if one.state is State.MISSING]
    assert unmet(asked, work) == held, "no duty of these councils is missing without holding the reply"
