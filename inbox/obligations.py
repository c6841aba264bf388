"""What the guideline asks of one comment, and how far we have come: rows in, `guidelines.duties` asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from guidelines.duties import (
    Assessment,
    Duty,
    DutyKind,
    EnquiryChoice,
    Facts,
    Flag,
    Forwarding,
    Obligation,
    Sorting,
    State,
    Work,
    alternative_text,
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
    duties = duties_for(comment, reply)
    obligations = [one for one in _asked_by_all(duties, comment, reply) if not one.duty.is_check]
    work = work_on(comment, reply)
    rows = assess(obligations, work)
    if reply and reply.is_interim:
        return Panel(rows=[_left_for_later(row) for row in rows], missing=[])
    missing = unmet(obligations, work)
    if reply:
        missing = _with_others(missing, reply)
    return Panel(rows=rows, missing=missing)


OF_ITS_OWN = frozenset({DutyKind.FORWARD, DutyKind.ARCHIVE})  # done for each comment, not in the words of one answer


def _asked_by_all(duties: Sequence[Duty], comment: Comment, reply: Reply | None) -> list[Obligation]:
    """Return what the guideline asks of the comment, and of the words of a joint reply for the others; each once."""
    asked = {one.code: one for one in obligations_for(duties, facts_of(comment))}
    for also in reply.answers if reply else []:
        for one in obligations_for(duties, facts_of(also)):
            if one.kind not in OF_ITS_OWN:
                asked.setdefault(one.code, one)
    return list(asked.values())


def missing_for_others(reply: Reply) -> dict[int, list[Obligation]]:
    """Return, by comment id, the duties that a joint reply lacks for the comments it answers beside its own.

    An interim reply lacks none.
    """
    if reply.is_interim:
        return {}
    duties = duties_in_force(reply.municipality)
    found = {one.pk: unmet(obligations_for(duties, facts_of(one)), work_on(one, reply)) for one in reply.also_answers}
    return {pk: missing for pk, missing in found.items() if missing}


def _left_for_later(row: Assessment) -> Assessment:
    """An interim reply meets no duty and misses none: the final answer must meet them all."""
    return replace(row, state=State.LATER) if row.state == State.MISSING else row


def unmet_obligations(comment: Comment, reply: Reply) -> list[Obligation]:
    """Return the duties that stop this reply from being published, by the version in force now.

    None stops an interim reply: the comment stays open, and the final answer must meet them all.
    """
    if reply.is_interim:
        return []
    asked = _asked_by_all(duties_in_force(comment.municipality), comment, reply)
    return _with_others(unmet(asked, work_on(comment, reply)), reply)


def _with_others(missing: list[Obligation], reply: Reply) -> list[Obligation]:
    """Add what the joint reply lacks for the others, each duty once."""
    codes = {one.code: one for one in missing}
    for also in missing_for_others(reply).values():
        for one in also:
            codes.setdefault(one.code, one)
    return list(codes.values())


def unmet_with(comment: Comment, text: str) -> list[Obligation]:
    """Return the duties that would stop an answer of these words, to a comment nobody has begun to answer."""
    obligations = obligations_for(duties_in_force(comment.municipality), facts_of(comment))
    return unmet(obligations, work_on(comment, None, text=text))


def needs_second_person(comment: Comment, reply: Reply | None, by: Membership, *, pre_approved: bool = False) -> str:
    """Return why somebody other than `by` must approve an answer to this comment; "" when they may publish it alone.

    Duties of the guideline come first, then the municipality's policy. `pre_approved`: the reply's text is a template
    as a lead approved it, unchanged.
    """
    policy, duties = policy_of(comment.municipality).as_value(), duties_for(comment, reply)
    for one in reply.answers if reply else [comment]:
        why = second_person_for(
            policy, duties, facts_of(one), member=by.pk, today=timezone.localdate(), pre_approved=pre_approved
        )
        if why:
            return _words_for(why, comment.municipality)
    return ""


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


def alternative_for(duty: Duty, municipality: Municipality, language: str) -> str:
    """Return what the sender is told when the question is forwarded instead; WordingError when nothing is written."""
    return alternative_text(duty, language, _fields_of(municipality))


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
