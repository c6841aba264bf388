"""Two councils' guidelines side by side: where they differ, clause by clause.

Computed from the parts, the duties and the words of the two versions only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format

from guidelines.duties import Duty
from guidelines.models import GuidelineVersion
from guidelines.pack import Section
from guidelines.queries import duties_of


def gettext_noop(message: str) -> str:
    """Mark a text for the message catalogue; the page translates it."""
    return message


@dataclass(frozen=True)
class Difference:
    """One difference: its clause, what it is about (message id), and what each side says ("" = nothing)."""

    clause: str
    about: str
    left: str
    right: str


def differences(left: GuidelineVersion, right: GuidelineVersion) -> list[Difference]:
    """Return where two versions differ, by clause; the same versions give none."""
    found = [
        *_parts(left.parts, right.parts),
        *_duties(duties_of(left), duties_of(right)),
        *_words(left, right),
        *_adoption(left, right),
    ]
    return sorted(found, key=lambda one: one.clause)


def _parts(left: list[Section], right: list[Section]) -> Iterator[Difference]:
    ours, theirs = ({part.code: part for part in parts} for parts in (left, right))
    for code in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(code), theirs.get(code)
        if one and other:
            if one.audience != other.audience:
                yield Difference(code, gettext_noop("Hvem delen gjelder"), one.audience, other.audience)
            yield from _points(one, other)
        # An adoption is told apart: by its record, not by a part.
        elif code != "E":
            yield Difference(code, gettext_noop("Hele delen"), _described(one), _described(other))


def _points(one: Section, other: Section) -> Iterator[Difference]:
    ours, theirs = ({point.code for point in part.points} for part in (one, other))
    for point in (*one.points, *other.points):
        if point.code in ours ^ theirs:
            yield Difference(
                point.code,
                gettext_noop("Punktet"),
                point.title if point.code in ours else "",
                point.title if point.code in theirs else "",
            )


def _described(part: Section | None) -> str:
    return f"{part.title}: {', '.join(point.code for point in part.points)}" if part else ""


def _duties(left: tuple[Duty, ...], right: tuple[Duty, ...]) -> Iterator[Difference]:
    ours, theirs = ({_job(duty): duty for duty in duties} for duties in (left, right))
    for job in dict.fromkeys([*ours, *theirs]):
        one, other = ours.get(job), theirs.get(job)
        if one and other:
            yield from _duty(one, other)
        else:
            duty = one or other
            title = duty.title if duty else ""
            yield Difference(
                duty.clause if duty else "", gettext_noop("Plikten"), title if one else "", title if other else ""
            )


def _duty(one: Duty, other: Duty) -> Iterator[Difference]:
    clause = one.clause or other.clause
    if one.clause != other.clause:
        yield Difference(clause, gettext_noop("Hvor kontrollen kommer fra"), one.clause or LAW, other.clause or LAW)
    if one.alternatives != other.alternatives:
        yield Difference(clause, gettext_noop("Hvordan plikten kan oppfylles"), one.title, other.title)
    if (one.when, one.stage, one.same_day) != (other.when, other.stage, other.same_day):
        yield Difference(clause, gettext_noop("Når plikten gjelder"), one.title, other.title)


LAW = gettext_noop("loven")


def _job(duty: Duty) -> tuple[str, ...]:
    """What makes two councils' duties the same duty: the check it stands for, else its own code."""
    return ("check", duty.draft_check) if duty.draft_check else ("duty", duty.code)


def _words(left: GuidelineVersion, right: GuidelineVersion) -> Iterator[Difference]:
    for clause, name, about in (
        ("C0", "leader_title", gettext_noop("Tittel på ansvarlig leder")),
        ("C0", "accounts_word", gettext_noop("Ord for kontoene")),
        ("C7", "executive_title", gettext_noop("Tittel på øverste leder")),
    ):
        one, other = getattr(left, name), getattr(right, name)
        if one != other:
            yield Difference(clause, about, one, other)


def _adoption(left: GuidelineVersion, right: GuidelineVersion) -> Iterator[Difference]:
    one, other = _record(left), _record(right)
    if one != other:
        yield Difference("E1", gettext_noop("Vedtaket"), one, other)


def _record(version: GuidelineVersion) -> str:
    if not version.is_adoption_recorded or version.adopted_on is None:
        return gettext_noop("Vedtak ikke registrert")
    return ", ".join(
        part
        for part in (version.adopted_by, date_format(version.adopted_on, "SHORT_DATE_FORMAT"), version.case_number)
        if part
    )
