"""Every duty of both councils through the real acts and the database: what is asked, what stops a reply, what does not.

The pure rules have their own table (`tests/guidelines/duty_table.py`). Here a person sorts, flags, writes, hands in and
approves. One row is one duty in one situation, in both councils; each is tried where it is asked and where it is not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from archive.models import CaseRecord
from guidelines.duties import Facts, Flag, Sorting, State, obligations_for
from guidelines.queries import duties_in_force
from inbox.actions import comments, replies
from inbox.actions.errors import ObligationsUnmetError, RefusedError
from inbox.models import Comment, Reply
from inbox.obligations import facts_of, panel_for
from inbox.workflow import ReplyStatus
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db

PRAISE, NEUTRAL, NEGATIVE = Sorting.PRAISE, Sorting.NEUTRAL, Sorting.NEGATIVE
WRONG, CASE = Sorting.FACTUAL_ERROR, Sorting.CASE_HANDLING
ENQUIRY = "Send en skriftlig henvendelse til kommunen."
DOCUMENTATION = "Kommunen har dokumentasjonsplikt, så dette blir arkivert."
PASSED_ON = "Vi sender den videre, du trenger ikke sende det på nytt. Klagefristen er tre uker."
PLACES: dict[str, Callable[[], cast.Cast]] = {"meraker": cast.meraker, "tydal": cast.tydal}


@dataclass(frozen=True)
class Answer:
    """A complete reply: everything any duty of either council asks. A row takes one thing out of it."""

    parts: tuple[str, ...] = ("Hei.", ENQUIRY, DOCUMENTATION, PASSED_ON)
    source: str = "https://www.meraker.kommune.example/fakta"
    choice: str = "ask"
    to_unit: bool = True

    def without(self, what: str) -> "Answer":
        if what == "source":
            return replace(self, source="")
        if what == "unit":
            return replace(self, to_unit=False)
        if what == "choice":  # Meråker asks for one; in Tydal the notice stands whatever is chosen
            return replace(self, choice="", parts=tuple(part for part in self.parts if part != ENQUIRY))
        return replace(self, parts=tuple(part for part in self.parts if part != what))


COMPLETE = Answer()


def facts(
    *sortings: Sorting, flags: tuple[Flag, ...] = (), to_us: bool | None = None, value: bool | None = None
) -> Facts:
    return Facts(frozenset(sortings), frozenset(flags), to_us, value)


def flagged(*flags: Flag) -> Facts:
    return facts(NEGATIVE, flags=flags)


@dataclass(frozen=True)
class Row:
    """`code` is asked of a comment with `asked`, not of one with `other`; `stopped_by` is what must not be missing."""

    code: str
    asked: Facts
    other: Facts
    stopped_by: str = ""
    where: tuple[str, ...] = field(default=("meraker", "tydal"))


ACCESS, COMPLAINT = Flag.ACCESS_REQUEST, Flag.COMPLAINT
ROWS = [
    # Point 2: thanks, answers, corrections
    Row("C2a-thank", facts(PRAISE), facts(NEGATIVE)),
    Row("C2a-thank", facts(PRAISE, CASE), facts(CASE)),
    Row("C2b-answer", facts(NEUTRAL, to_us=True), facts(NEUTRAL, to_us=False)),
    Row("C2b-answer", facts(NEUTRAL), facts(PRAISE)),
    Row("C2c-answer", facts(NEGATIVE), facts(PRAISE)),
    Row("C2c-answer", facts(NEGATIVE, WRONG), facts(WRONG)),
    Row("C2d-correct", facts(WRONG), facts(NEGATIVE), "source"),
    Row("C2d-correct", facts(WRONG, NEGATIVE, CASE), facts(NEGATIVE, CASE), "source"),
    # Point 4: a formal enquiry; never instead of what the law asks
    Row("C4-notice", facts(CASE), facts(NEGATIVE), ENQUIRY),
    Row("C4-notice", facts(CASE, PRAISE), facts(PRAISE), ENQUIRY),
    Row("C4-notice", facts(CASE), facts(CASE, flags=(ACCESS,)), "choice"),
    Row("C4-notice", facts(CASE, NEGATIVE), facts(CASE, flags=(COMPLAINT,)), "choice"),
    # Point 5: case handling, or value as documentation
    Row("C5-notice", facts(CASE), facts(NEGATIVE), DOCUMENTATION),
    Row("C5-notice", facts(NEGATIVE, value=True), facts(NEGATIVE, value=False), DOCUMENTATION),
    Row("C5-notice", facts(WRONG, value=True), facts(WRONG), DOCUMENTATION),
    Row("C5-forward", facts(CASE), facts(PRAISE), "unit"),
    Row("C5-forward", facts(NEGATIVE, value=True), facts(NEGATIVE), "unit"),
    Row("C5-archive", facts(CASE), facts(NEGATIVE)),
    Row("C5-archive", facts(WRONG, value=True), facts(WRONG, value=False)),
    # Points 6 and 7 remind
    Row("C6-level", flagged(Flag.POLITICAL), flagged(Flag.PRESS)),
    Row("C7-recommendation", flagged(Flag.POLITICAL), flagged()),
    # The law
    Row("law-access-notice", flagged(ACCESS), flagged(COMPLAINT), PASSED_ON),
    Row("law-access-notice", facts(CASE, flags=(ACCESS,)), facts(CASE), PASSED_ON),
    Row("law-access-forward", flagged(ACCESS), flagged(), "unit"),
    Row("law-complaint-notice", flagged(COMPLAINT), flagged(Flag.THREAT), PASSED_ON),
    Row("law-complaint-deadline", flagged(COMPLAINT), flagged(ACCESS), PASSED_ON),
    Row("law-complaint-forward", flagged(COMPLAINT), flagged(), "unit"),
    # Part B binds us in Meråker; in Tydal the same checks stand on the law
    *[
        Row(f"{clause if council == 'meraker' else 'law'}-{name}", asked, other, where=(council,))
        for council in ("meraker", "tydal")
        for clause, name, asked, other in [
            ("B1", "personal-data", flagged(), Facts()),
            ("B2", "pictures", facts(PRAISE), Facts()),
            ("B3", "stories", facts(CASE), Facts()),
            ("B4", "consent", flagged(Flag.PERSONAL_DATA), flagged()),
            ("B4", "consent", flagged(Flag.HEALTH_DATA), flagged(Flag.ABOUT_PERSON)),
        ]
    ],
]
CASES = [(council, row) for row in ROWS for council in row.where]


def comment_with(place: cast.Cast, wanted: Facts) -> Comment:
    """A comment that a person has sorted, answered the small questions about, and flagged."""
    comment = make_comment(place.post)
    if not wanted.sortings:
        return comment
    comments.sort(
        comment,
        sortings=wanted.sortings,
        addressed_to_us=wanted.addressed_to_us,
        documentation_value=wanted.documentation_value,
        by=place.ola,
    )
    if wanted.flags:
        comments.flag(comment, flags=wanted.flags, by=place.ola)
    return comment


def answered(place: cast.Cast, comment: Comment, answer: Answer) -> Reply:
    """The draft as the member would have made it."""
    if answer.to_unit:
        comments.choose_unit(comment, unit=place.unit, by=place.ola)
    return replies.draft(
        comment, text=" ".join(answer.parts), source=answer.source, enquiry_choice=answer.choice, by=place.ola
    )


def codes_of(comment: Comment) -> set[str]:
    """The duties the comment raises; an unsorted one raises none yet."""
    if not comment.sortings:
        return set()
    return {one.code for one in obligations_for(duties_in_force(comment.municipality), facts_of(comment))}


def test_the_table_is_long_enough_and_names_every_duty() -> None:
    assert len(CASES) >= 60
    for council, make in PLACES.items():
        codes = {duty.code for duty in duties_in_force(make().municipality)}
        assert codes == {row.code for at, row in CASES if at == council}


@pytest.mark.parametrize(
    ("council", "row"), CASES, ids=[f"{council}-{row.code}-{n}" for n, (council, row) in enumerate(CASES)]
)
def test_a_duty_is_asked_where_it_applies_and_nowhere_else(council: str, row: Row) -> None:
    place = PLACES[council]()
    comment, other = comment_with(place, row.asked), comment_with(place, row.other)
    assert row.code in codes_of(comment)
    assert row.code not in codes_of(other)
    if row.stopped_by:
        _is_stopped(place, comment_with(place, row.asked), row)
    else:
        _stops_nothing_but_silence(place, comment, other, row)
    _goes_out(place, comment)


def _is_stopped(place: cast.Cast, comment: Comment, row: Row) -> None:
    """Handing in and approving are both refused, with the words of the clause."""
    reply = answered(place, comment, COMPLETE.without(row.stopped_by))
    duty = next(duty for duty in duties_in_force(place.municipality) if duty.code == row.code)
    acts: list[tuple[Callable[..., None], Any]] = [(replies.submit, place.ola), (replies.approve, place.kari)]
    for act, by in acts:
        with pytest.raises(ObligationsUnmetError) as refused:
            act(reply, by=by)
        assert row.code in {one.code for one in refused.value.missing}
        assert duty.title in str(refused.value)
        assert duty.point in str(refused.value)


def _stops_nothing_but_silence(place: cast.Cast, comment: Comment, other: Comment, row: Row) -> None:
    """A duty to answer refuses an ending without one; archiving happens at once; a reminder never holds."""
    if row.code.startswith("C2"):
        with pytest.raises(RefusedError, match="krever et svar"):
            comments.end(comment, ending=Comment.Ending.NOT_TO_US, by=place.ola)
    if row.code == "C5-archive":
        assert CaseRecord.objects.filter(comment_id=comment.pk).exists()
        assert not CaseRecord.objects.filter(comment_id=other.pk).exists()
    reply = answered(place, comment, replace(COMPLETE, parts=("Hei.",), source="", choice=""))
    assert row.code not in {one.code for one in panel_for(comment, reply).missing}


def _goes_out(place: cast.Cast, comment: Comment) -> None:
    """The complete reply is handed in and approved."""
    reply = answered(place, comment, COMPLETE)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    assert reply.status == ReplyStatus.APPROVED


@pytest.mark.parametrize("council", PLACES)
@pytest.mark.parametrize(
    ("taken_out", "clause"),
    [(ENQUIRY, "punkt 4"), (DOCUMENTATION, "punkt 5"), ("source", "punkt 2"), ("choice", "punkt 4")],
)
def test_what_a_review_takes_out_of_a_complete_reply_stops_its_approval(
    council: str, taken_out: str, clause: str
) -> None:
    place = PLACES[council]()
    reply = answered(place, comment_with(place, facts(CASE, WRONG)), COMPLETE)
    replies.submit(reply, by=place.ola)
    spoiled = COMPLETE.without(taken_out)
    text, source, choice = " ".join(spoiled.parts), spoiled.source, spoiled.choice
    reply = replies.draft(reply.comment, text=text, source=source, enquiry_choice=choice, by=place.kari)
    with pytest.raises(ObligationsUnmetError, match=clause):
        replies.approve(reply, by=place.kari)
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.IN_REVIEW


def test_in_meraker_the_choice_alone_is_asked_and_in_tydal_the_notice_alone() -> None:
    """The same reply with the notice in it, and nothing chosen."""
    for council, make in PLACES.items():
        place = make()
        reply = answered(place, comment_with(place, facts(CASE)), replace(COMPLETE, choice=""))
        missing = {one.code for one in panel_for(reply.comment, reply).missing}
        assert missing == ({"C4-notice"} if council == "meraker" else set())


@pytest.mark.parametrize("council", PLACES)
@pytest.mark.parametrize("wanted", [facts(CASE), flagged(ACCESS), flagged(COMPLAINT), facts(WRONG, value=True)])
def test_a_missing_receipt_never_refuses(council: str, wanted: Facts) -> None:
    place = PLACES[council]()
    comment = comment_with(place, wanted)
    reply = answered(place, comment, COMPLETE)
    forwarding = [row for row in panel_for(comment, reply).rows if row.obligation.kind == "forward"]
    assert forwarding
    # An access request and a complaint leave the same day: met already. A receipt is asked of none of them.
    assert State.MISSING not in {row.state for row in forwarding}
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    assert reply.status == ReplyStatus.APPROVED


def test_in_tydal_asking_for_a_formal_enquiry_still_archives_and_forwards() -> None:
    place = cast.tydal()
    comment = comment_with(place, facts(CASE))
    assert CaseRecord.objects.filter(comment_id=comment.pk).exists()
    reply = answered(place, comment, COMPLETE.without("unit"))
    with pytest.raises(ObligationsUnmetError, match="Videresend"):
        replies.submit(reply, by=place.ola)
    comments.choose_unit(comment, unit=place.unit, by=place.ola)
    reply.refresh_from_db()
    replies.submit(reply, by=place.ola)
    states = {row.obligation.code: row.state for row in panel_for(comment, reply).rows}
    assert (states["C4-notice"], states["C5-forward"], states["C5-archive"]) == (State.MET, State.LATER, State.MET)
