"""What a person can do to a reply: draft, hand in, review, let out, take back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log, moves
from audit.wake import wake
from guidelines.duties import DutyKind, Obligation
from guidelines.queries import version_in_force
from inbox import abilities, following, tasks, together, workflow
from inbox.actions import enclosing, interim, templates, too_long, versions
from inbox.actions.errors import ChangedMeanwhileError, NotAllowedError, ObligationsUnmetError, RefusedError
from inbox.actions.overrides import ask_override, override, refuse_blocked
from inbox.enclosures import Answers
from inbox.models import Comment, Reply, Review
from inbox.models.reply import OPEN as OPEN_REPLIES
from inbox.obligations import alternative_for, duties_for, needs_second_person, notice_for, unmet_obligations
from inbox.reading.texts import ask_removal_text
from inbox.workflow import ReplyStatus
from team.models import Membership

__all__ = [
    "approve",
    "ask_override",
    "ask_removal",
    "begin",
    "choose_place",
    "discard",
    "draft",
    "insert_notice",
    "open_reply",
    "override",
    "recall",
    "rework",
    "send_back",
    "submit",
    "why_not_approve",
]


def _must_answer(by: Membership) -> None:
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))


def open_reply(comment: Comment) -> Reply | None:
    """Return the reply that is under way for the comment, if any."""
    return (
        Reply.objects.filter(comment=comment)
        .exclude(status__in=[ReplyStatus.PUBLISHED, ReplyStatus.DISCARDED])
        .select_related("author__user", "approved_by__user", "channel", "municipality")
        .order_by("-created_at")
        .first()
    )


@transaction.atomic
def draft(
    comment: Comment,
    *,
    text: str,
    by: Membership,
    base_version: int | None = None,
    source: str | None = None,
    enquiry_choice: str | None = None,
    answers: Answers | None = None,
    lost: str | None = None,
) -> Reply:
    """Save the draft answer to a comment as a new version, beginning one if there is none.

    `base_version` is the version the person had on the screen: ChangedMeanwhileError when another text was saved after
    it, by a colleague or from another tab. `lost` is a text that this very tab sent without hearing how it went.
    In review only a lead edits, and the change is kept beside the author's text.
    """
    _must_answer(by)
    _must_be_answerable(comment)
    # The comment's row first: two savers of one comment meet here, and the second finds the first one's draft.
    Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    reply = Reply.objects.select_for_update(no_key=True).filter(comment=comment, status__in=_EDITABLE).first()
    reply = reply or _begin(comment, by)
    known = {_tidy(text), *([] if lost is None else [_tidy(lost)])}
    if base_version not in {None, reply.version} and reply.text not in known:
        raise ChangedMeanwhileError(_changed_words(reply, by))
    changes: dict[str, Any] = {
        "text": _tidy(text),
        "text_hash": log.content_hash(_tidy(text)),
        "saved_at": timezone.now(),
        "too_long": too_long.choice_for(reply, _tidy(text)),
    }
    if source is not None:
        changes["source"] = source.strip()
    if enquiry_choice is not None:
        changes["enquiry_choice"] = enquiry_choice if enquiry_choice in Reply.EnquiryChoice.values else ""
    if answers is not None:
        changes |= enclosing.changes_for(reply, answers)
    _save(reply, by, changes)
    return reply


_EDITABLE = [ReplyStatus.DRAFT, ReplyStatus.IN_REVIEW]


def _changed_words(reply: Reply, by: Membership) -> str:
    latest = reply.versions.last()
    if latest is not None and latest.saved_by_id == by.pk:
        return _("Du har lagret utkastet i en annen fane etter at du åpnet det her. Begge tekstene er tatt vare på.")
    return _("Noen har lagret utkastet etter at du åpnet det. Begge tekstene er tatt vare på.")


def _must_be_answerable(comment: Comment) -> None:
    if comment.status == workflow.CommentStatus.NEW:
        raise RefusedError(_("Sorter kommentaren før du svarer: plikter følger av sorteringen."))
    if comment.status == workflow.CommentStatus.OURS:
        raise RefusedError(_("Dette har kommunen skrevet selv."))
    if together.open_pick(comment):
        raise RefusedError(_("Kommentaren er med i et felles svar. Ta den ut av det før du svarer for seg."))


def _begin(comment: Comment, by: Membership) -> Reply:
    """Begin a draft. A comment that was done is not answered twice without being opened again."""
    if comment.status != workflow.CommentStatus.TO_ANSWER:
        raise RefusedError(_("Kommentaren er besvart eller under behandling. Åpne den igjen for å svare på nytt."))
    return begin(comment, by)


def begin(comment: Comment, by: Membership) -> Reply:
    """Begin an empty reply to the comment. Refused while another one is on its way out."""
    if Reply.objects.filter(comment=comment, status__in=OPEN_REPLIES).exists():
        raise RefusedError(_("Et svar er på vei ut eller må avklares. Vent til det er publisert."))
    if together.joint_draft_of(comment):
        raise RefusedError(_("Det felles svaret ble ikke publisert. Skriv det om eller forkast det først."))
    reply = Reply.objects.create(
        municipality=comment.municipality,
        channel=comment.channel,
        comment=comment,
        author=by,
        language=comment.language if comment.language in {"nb", "nn"} else comment.municipality.written_language,
    )
    log.record("reply.begin", subject=reply, by=by, comment=comment.pk)
    return reply


def _save(reply: Reply, by: Membership, changes: dict[str, Any]) -> None:
    in_review = reply.status == ReplyStatus.IN_REVIEW
    if in_review and not by.may_approve and by.pk != reply.author_id:
        raise NotAllowedError(_("Svaret er til godkjenning. Bare en leder eller den som skrev det kan rette det nå."))
    if versions.keep(reply, changes, by=by):
        changes["guideline_version"] = version_in_force(reply.municipality)
    elif not _differs(reply, changes):
        return
    move = workflow.EDIT_IN_REVIEW if in_review else workflow.SAVE
    moves.advance(reply, move, by=by, **changes)


def _differs(reply: Reply, changes: dict[str, Any]) -> bool:
    return any(getattr(reply, name) != value for name, value in changes.items() if name != "saved_at")


def _tidy(text: str) -> str:
    """Return the text as it will be sent: one kind of line break, no space at the ends."""
    return text.replace("\r\n", "\n").strip()


@transaction.atomic
def insert_notice(reply: Reply, *, code: str, by: Membership) -> Reply:
    """Put a notice the guideline asks for at the end of the draft, in the draft's language.

    Where the reply says that the question is forwarded instead (C4), the sender is told that, and the choice stands.
    """
    duty = next((one for one in duties_for(reply.comment, reply) if one.code == code and one.is_notice), None)
    if duty is None:
        raise RefusedError(_("Denne plikten har ingen tekst å sette inn."))
    instead = bool(reply.enquiry_choice) and reply.enquiry_choice in duty.alternatives
    notice = (alternative_for if instead else notice_for)(duty, reply.municipality, reply.language)
    if instead and notice in reply.text:
        raise RefusedError(_("Beskjeden står allerede i svaret."))
    asks = duty.kind == DutyKind.ENQUIRY_NOTICE and not instead
    choice = Reply.EnquiryChoice.ASK if asks else None
    return draft(reply.comment, text=f"{reply.text}\n\n{notice}", by=by, enquiry_choice=choice)


@transaction.atomic
def ask_removal(comment: Comment, *, by: Membership) -> Reply:
    """Put the fixed words that ask the sender to take personal data out into the draft, in the sender's language."""
    reply = draft(comment, text=reply.text if (reply := open_reply(comment)) else "", by=by)
    language = "en" if comment.language == "en" else reply.language
    asking = ask_removal_text(language, reply.municipality.enquiry_url)
    return reply if asking in reply.text else draft(comment, text=f"{reply.text}\n\n{asking}", by=by)


@transaction.atomic
def choose_place(comment: Comment, *, place: str, by: Membership) -> Reply:
    """Choose where the reply stands: under the comment, as a comment of its own under the post, or privately."""
    if place not in Reply.Place.values:
        raise RefusedError(_("Velg hvor svaret skal stå."))
    if why := abilities.why_not_there(comment, place):
        raise RefusedError(why)
    reply = open_reply(comment) or draft(comment, text="", by=by)
    if reply.status != ReplyStatus.DRAFT:
        raise RefusedError(_("Svaret er levert. Ta det tilbake før du velger et annet sted."))
    if reply.is_joint:
        raise RefusedError(_("Et felles svar står som egen kommentar under innlegget."))
    moves.advance(reply, workflow.PLACE, by=by, place=place)
    return reply


@transaction.atomic
def submit(reply: Reply, *, by: Membership) -> None:
    """Hand the draft in for review. Refused while a duty that blocks publishing is unmet, naming it."""
    _must_answer(by)
    _hold_as_read(reply)
    _must_be_publishable(reply)
    refuse_blocked(reply, asked_is_enough=True)
    moves.advance(reply, workflow.SUBMIT, by=by, submitted_at=timezone.now())
    following.hand_in(reply, by=by)


@transaction.atomic
def send_back(reply: Reply, *, remark: str, by: Membership) -> None:
    """Send a reply back to its author with a remark that says what to change."""
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan sende et svar tilbake."))
    if not remark.strip():
        raise RefusedError(_("Skriv hva som må endres."))
    following.hold(reply)
    _decide(reply, Review.Decision.SENT_BACK, by, remark.strip())
    moves.advance(reply, workflow.SEND_BACK, by=by)
    following.take_back(reply, by=by)


@transaction.atomic
def approve(reply: Reply, *, by: Membership, read: str = "") -> None:
    """Approve a reply; it is published when its hold period is over, and can be taken back until then.

    `read` is the content hash of the comment on the person's screen: refused when the sender has edited it since.
    The unchanged fixed text for an emergency goes out whatever is unsorted or missing; the comment then stays where it
    is, so that what is missing is done afterwards.
    """
    if reason := why_not_approve(reply, by=by):
        raise NotAllowedError(reason)
    _hold_as_read(reply)
    versions.must_answer_as_read(reply.comment, read)
    filled = templates.preapproved(reply)
    fixed = templates.is_fixed(filled)
    _must_be_sendable(reply)
    missing = unmet_obligations(reply.comment, reply)
    if not fixed:
        _must_lack_nothing(missing, reply)
        refuse_blocked(reply)
    hold = reply.municipality.hold_seconds
    _decide(reply, Review.Decision.APPROVED, by, "")
    parts = too_long.texts_apart(reply)
    try:
        with transaction.atomic():
            moves.advance(
                reply,
                workflow.APPROVE,
                by=by,
                note={"alone": reply.author_id == by.pk, "parts": len(parts), **(templates.note_of(filled) or {})},
                approved_by=by,
                approved_at=timezone.now(),
                publish_after=timezone.now() + timedelta(seconds=hold),
                attempt=0,
                problem="",
                guideline_version=version_in_force(reply.municipality),
            )
    except IntegrityError as error:
        raise RefusedError(_("Dette svaret er allerede gitt på kommentaren. Skriv noe annet.")) from error
    too_long.lay_out(reply, parts)  # of a reply on its way already none may be touched
    _move_on(reply, by, finishes=not missing)
    wake(tasks.publish_reply, reply.pk, delay=hold + 0.2)


def _hold_as_read(reply: Reply) -> None:
    """Hold what the reply answers, as it is sorted now, and refuse a text nobody has read: the duties follow both."""
    following.hold(reply)
    versions.must_be_as_read(reply)
    reply.comment.refresh_from_db()


def _move_on(reply: Reply, by: Membership, *, finishes: bool) -> None:
    """Let the comment wait for its reply to be published; one that the reply does not finish waits for more instead."""
    if reply.comment.status == workflow.CommentStatus.NEW:
        return
    if finishes:
        following.let_out(reply, by=by)
    elif reply.comment.status == workflow.CommentStatus.IN_REVIEW:
        following.take_back(reply, by=by)


def why_not_approve(reply: Reply, *, by: Membership) -> str:
    """Return why this person cannot approve, "" when they can. Where two persons are asked, the author never can."""
    if not by.may_answer:
        return _("Bare de som svarer for kommunen kan gjøre dette.")
    filled = templates.preapproved(reply) is not None
    if not (reason := needs_second_person(reply.comment, reply, by, pre_approved=filled)):
        return ""
    if not by.may_approve:
        return _("Bare en leder kan godkjenne svaret. %(reason)s") % {"reason": reason}
    return _("Du skrev svaret selv. %(reason)s") % {"reason": reason} if reply.author_id == by.pk else ""


def _must_be_publishable(reply: Reply) -> None:
    _must_be_sendable(reply)
    _must_lack_nothing(unmet_obligations(reply.comment, reply), reply)


def _must_lack_nothing(missing: Sequence[Obligation], reply: Reply) -> None:
    if missing:
        raise ObligationsUnmetError(missing, reply.municipality)


def _must_be_sendable(reply: Reply) -> None:
    if not reply.text:
        raise RefusedError(_("Svaret er tomt."))
    for one in reply.answers if reply.is_joint else []:
        if why := together.why_not_together(one):
            raise RefusedError(
                _("%(author)s må tas ut av det felles svaret. %(why)s") % {"author": one.author, "why": why}
            )
    if all(one.deleted_at for one in reply.answers):
        raise RefusedError(_("Kommentaren er slettet hos plattformen. Den kan ikke besvares der."))
    if why := abilities.why_not_there(reply.comment, reply.place):
        raise RefusedError(why)
    interim.must_be_ahead(reply)
    enclosing.refuse_unanswered(reply)
    too_long.must_fit(reply)


def _decide(reply: Reply, decision: Review.Decision, by: Membership, remark: str) -> None:
    latest = reply.versions.last()
    Review.objects.create(
        reply=reply,
        reviewer=by,
        decision=decision,
        remark=remark,
        version_number=latest.number if latest else 0,
        guideline_version=version_in_force(reply.municipality),
    )


@transaction.atomic
def recall(reply: Reply, *, by: Membership) -> None:
    """Take an approved reply back while it waits (Angre). Refused once it is being published, or may have been."""
    _must_answer(by)
    changes: dict[str, Any] = {"publish_after": None, "approved_by": None, "approved_at": None, "problem": ""}
    following.hold(reply)
    Reply.objects.select_for_update(no_key=True).get(pk=reply.pk)
    if reply.standing_parts:
        raise RefusedError(_("En del av svaret står allerede på plattformen. Svaret kan ikke tas tilbake nå."))
    try:
        moves.advance(reply, workflow.RECALL, by=by, where={"attempt": 0}, **changes)
    except moves.IllegalMoveError as error:
        if error.actual_status == ReplyStatus.APPROVED:
            raise RefusedError(
                _("Et tidligere forsøk kan ha nådd plattformen. Svaret kan ikke tas tilbake før det er avklart.")
            ) from error
        raise RefusedError(_("Svaret er allerede på vei ut og kan ikke tas tilbake.")) from error
    too_long.take_up(reply)
    if reply.is_awaited:
        following.call_back(reply, by=by)
    else:
        moves.advance(reply, workflow.DISCARD, by=by)  # a fixed text: nobody wrote it, nobody has use of it as a draft


@transaction.atomic
def rework(reply: Reply, *, by: Membership) -> None:
    """Take up a reply the platform refused, as a draft."""
    _must_answer(by)
    following.hold(reply)
    if Reply.objects.filter(comment=reply.comment_id, status__in=OPEN_REPLIES).exclude(pk=reply.pk).exists():
        raise RefusedError(_("Et annet svar på kommentaren er under arbeid. Fullfør eller forkast det først."))
    moves.advance(reply, workflow.REWORK, by=by, problem="")
    too_long.take_up(reply)


@transaction.atomic
def discard(reply: Reply, *, by: Membership) -> None:
    """Throw a draft away; its versions stay in the log of what was written."""
    _must_answer(by)
    following.hold(reply)
    moves.advance(reply, workflow.DISCARD, by=by)
    following.release(reply, by=by)
    too_long.take_up(reply)
