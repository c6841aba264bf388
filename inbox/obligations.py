"""What the guideline asks of one comment, and how far we have come: rows in, `guidelines.duties` asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from guidelines.duties import (
    Assessment,
    Duty,
    EnquiryChoice,
    Facts,
    Flag,
    Forwarding,
    Obligation,
    Sorting,
    State,
    Work,
    assess,
    notice_text,
    obligations_for,
    unmet,
)
from guidelines.queries import duties_in_force, duties_of
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Municipality


@dataclass(frozen=True)
class Panel:
    """The duties panel of one comment: the rows, and what stops publishing."""

    rows: list[Assessment]
    missing: list[Obligation]

    @property
    def met(self) -> int:
        return sum(row.state == State.MET for row in self.rows)


def facts_of(comment: Comment) -> Facts:
    """Return what a person has decided about the comment."""
    return Facts(
        sortings=frozenset(Sorting(sorting) for sorting in comment.sortings),
        flags=frozenset(Flag(flag) for flag in comment.flags),
        addressed_to_us=comment.addressed_to_us,
        documentation_value=comment.documentation_value,
    )


def work_on(comment: Comment, reply: Reply | None, *, text: str | None = None) -> Work:
    """Return what has been done for the comment so far; `text` stands in for the draft's text when given."""
    return Work(
        text=(reply.text if reply else "") if text is None else text,
        has_source=bool(reply and reply.source.strip()),
        enquiry_choice=EnquiryChoice(reply.enquiry_choice) if reply and reply.enquiry_choice else None,
        forwarding=Forwarding.PLANNED if comment.forward_to_id else Forwarding.NONE,
        replied=comment.status == CommentStatus.DONE and not comment.ending,
        archived=bool(comment.sortings),  # the record exists from the sorting on
        second_reviewer=comment.municipality.two_person_review,
    )


def duties_for(comment: Comment, reply: Reply | None) -> Sequence[Duty]:
    """Return the duties that hold: of the version it was answered under once published, else of the one in force."""
    if reply and reply.status == ReplyStatus.PUBLISHED and reply.guideline_version:
        return duties_of(reply.guideline_version)
    return duties_in_force(comment.municipality)


def panel_for(comment: Comment, reply: Reply | None) -> Panel:
    """Return the duties panel: only what the guideline asks of this comment, in the guideline's order."""
    if not comment.sortings:
        return Panel(rows=[], missing=[])
    obligations = [
        one for one in obligations_for(duties_for(comment, reply), facts_of(comment)) if not one.duty.is_check
    ]
    work = work_on(comment, reply)
    return Panel(rows=assess(obligations, work), missing=unmet(obligations, work))


def unmet_obligations(comment: Comment, reply: Reply) -> list[Obligation]:
    """Return the duties that stop this reply from being published, by the version in force now."""
    return unmet(obligations_for(duties_in_force(comment.municipality), facts_of(comment)), work_on(comment, reply))


def notice_for(duty: Duty, municipality: Municipality, language: str) -> str:
    """Return the notice's words with the municipality's own form and address put in."""
    fields = {
        "form_url": municipality.enquiry_url,
        "address": municipality.enquiry_email,
        "municipality": municipality.name,
        "leader_title": municipality.leader_title,
        "executive_title": municipality.executive_title,
        "accounts_word": municipality.accounts_word,
    }
    return notice_text(duty, language, fields)
