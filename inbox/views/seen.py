"""How findings are shown: marks in the words of the public with an explanation beside, and what to consider."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from inbox.models import Comment
from inbox.reading.drafts import may_be_personal
from inbox.reading.findings import PERSONAL, Finding, Kind
from inbox.readings import findings_of
from inbox.workflow import CommentStatus

# Red first: what must not wait or must not spread wins where two marks meet.
LOOKS = (
    ("personal", "danger", PERSONAL | {Kind.HEALTH, Kind.THREAT, Kind.URGENT, Kind.ABUSE}),
    ("level", "warning", frozenset({Kind.POLITICAL})),
    ("case", "plum", frozenset({Kind.CASE})),
)
MOST_EXPLAINED = 6


@dataclass(frozen=True)
class Explanation:
    """One line beside the text: what the marks of one kind may be. `look` is a data-kind, `colour` a data-color."""

    look: str
    colour: str
    words: str


def shown_words(comment: Comment, findings: list[Finding] | None = None) -> dict[str, Any]:
    """Return the marked text, its explanations and what to consider, for a page with this comment in focus."""
    findings = findings_of(comment) if findings is None else findings
    return {
        "marked": {"pk": comment.pk, "html": marked(comment.text, findings), "notes": explained(findings)},
        "consider": consider(comment, findings),
    }


def marked(text: str, findings: list[Finding]) -> SafeString | str:
    """Return the text as safe HTML with `<mark data-kind>` around what was seen; "" when there is nothing to mark.

    Every piece of the text is escaped here; spans that do not fit the text are left out.
    """
    pieces: list[SafeString] = []
    place = 0
    for start, end, look in _apart(findings, len(text)):
        pieces.append(format_html('{}<mark data-kind="{}">{}</mark>', text[place:start], look, text[start:end]))
        place = end
    if not pieces:
        return ""
    return format_html("{}{}", format_html_join("", "{}", ((piece,) for piece in pieces)), text[place:])


def _apart(findings: list[Finding], length: int) -> list[tuple[int, int, str]]:
    """Return spans that do not meet, in order: redder ones first, then longer ones."""
    spans = [
        (rank, one.start - one.end, one.start, one.end)
        for one in findings
        for rank, (_look, _colour, kinds) in enumerate(LOOKS)
        if one.kind in kinds and 0 <= one.start < one.end <= length
    ]
    chosen: list[tuple[int, int, str]] = []
    for rank, _size, start, end in sorted(spans):
        if all(end <= other_start or start >= other_end for other_start, other_end, _ in chosen):
            chosen.append((start, end, LOOKS[rank][0]))
    return sorted(chosen)


def explained(findings: list[Finding]) -> list[Explanation]:
    """Return what the marks mean, each reason once, the redder first."""
    notes = [
        Explanation(look, colour, _(reason))
        for look, colour, kinds in LOOKS
        for reason in dict.fromkeys(one.reason for one in findings if one.kind in kinds)
    ]
    return notes[:MOST_EXPLAINED]


def consider(comment: Comment, findings: list[Finding]) -> dict[str, Any] | None:
    """Return the box *Vurder*: somebody's data, or a threat, as a proposal until a person has said so by a flag."""
    flags = set(comment.flags)
    threat = "threat" in flags or any(one.kind is Kind.THREAT for one in findings)
    personal = bool(flags & {"personal_data", "health_data"}) or may_be_personal(findings)
    if comment.status == CommentStatus.OURS or not (threat or personal):
        return None
    proposed = [hint for hint in comment.suggestions if hint in {"personal_data", "health_data", "threat"}]
    return {
        "said": [flag for flag in comment.flags if flag in {"personal_data", "health_data", "threat"}],
        "proposed": proposed,
        "threat": threat,
        "personal": personal,
        "health": "health_data" in flags or any(one.kind is Kind.HEALTH for one in findings),
        "may_ask": personal and comment.status == CommentStatus.TO_ANSWER and not comment.deleted_at,
        "sort_first": comment.status == CommentStatus.NEW,
    }
