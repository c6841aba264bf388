"""What the guideline asks of one comment, and how far we have come: rows in, `guidelines.duties` asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

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
    short_notice_text,
    unmet,
)
from guidelines.labels import tag_label
from guidelines.own_words import own_words, said_by
from guidelines.queries import duties_in_force, duties_of, policy_of
from guidelines.review_policy import SecondPerson, second_person_for
from inbox import models
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ForwardingStatus, ReplyStatus
from team.models import Membership, Municipality


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
        has_source=bool(reply and reply.has_source),
        enquiry_choice=EnquiryChoice(reply.enquiry_choice) if reply and reply.enquiry_choice else None,
        forwarding=how_far(latest_forwarding(comment)),
        replied=comment.status == CommentStatus.DONE and comment.ending in {"", Comment.Ending.ANSWERED_JOINTLY},
        liked=comment.ending == Comment.Ending.LIKED,
        archived=bool(comment.sortings),  # the record exists from the sorting on
        second_reviewer=True,  # `needs_second_person` refuses the author where a duty asks for somebody else
    )


HOW_FAR = {
    ForwardingStatus.PLANNED: Forwarding.PLANNED,
    ForwardingStatus.SENT: Forwarding.SENT,
    ForwardingStatus.RECEIVED: Forwarding.RECEIVED,
    ForwardingStatus.ANSWERED: Forwarding.RECEIVED,
}


def latest_forwarding(comment: Comment) -> models.Forwarding | None:
    """Return the comment's forwarding that counts: the newest that was not withdrawn."""
    standing = comment.forwardings.exclude(status=ForwardingStatus.WITHDRAWN)
    return standing.select_related("unit", "outside_body", "notice").order_by("-pk").first()


def how_far(forwarding: models.Forwarding | None) -> Forwarding:
    """Return how far the question has come on its way, in the duties' words. A mail that failed is not sent."""
    if forwarding is None:
        return Forwarding.NONE
    if forwarding.notice and forwarding.status == ForwardingStatus.SENT and forwarding.notice.has_failed:
        return Forwarding.PLANNED
    return HOW_FAR[ForwardingStatus(forwarding.status)]


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


def needs_second_person(comment: Comment, reply: Reply | None, by: Membership, *, pre_approved: bool = False) -> str:
    """Return why somebody other than `by` must approve an answer to this comment; "" when they may publish it alone.

    Duties of the guideline come first, then the municipality's policy. `pre_approved`: the reply's text is a template
    as a lead approved it, unchanged.
    """
    why = second_person_for(
        policy_of(comment.municipality).as_value(),
        duties_for(comment, reply),
        facts_of(comment),
        member=by.pk,
        today=timezone.localdate(),
        pre_approved=pre_approved,
    )
    return _words_for(why, comment.municipality) if why else ""


def _words_for(why: SecondPerson, municipality: Municipality) -> str:
    if why.duty:
        return _("Retningslinjene krever at en annen godkjenner: %(title)s (%(point)s).") % {
            "title": said_by(municipality, why.duty.title),
            "point": said_by(municipality, why.duty.point),
        }
    if not why.because_of:
        return _("En annen må godkjenne det.")
    tags = get_text_list([tag_label(code).lower() for code in why.because_of], _("og"))
    return _("En annen må godkjenne det: kommunens regel for %(tags)s.") % {"tags": tags}


def notice_for(duty: Duty, municipality: Municipality, language: str) -> str:
    """Return the notice's words with the municipality's own form and address put in."""
    return notice_text(duty, language, _fields_of(municipality))


def short_notice_for(duty: Duty, municipality: Municipality, language: str) -> str:
    """Return the short notice with its link; WordingError when the guideline or the municipality has none."""
    return short_notice_text(duty, language, _fields_of(municipality))


def _fields_of(municipality: Municipality) -> dict[str, str]:
    return {
        "form_url": municipality.enquiry_url,
        "notice_url": municipality.notice_url,
        "address": municipality.enquiry_email,
        **own_words(municipality),
    }
