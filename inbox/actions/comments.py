"""What a person can do to a comment."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import moves
from guidelines.duties import EnquiryChoice, Flag, Sorting, SortingError, validate_sortings
from guidelines.queries import version_in_force
from inbox import deadlines, following, sealing, together, workflow
from inbox.actions import forwardings, interventions
from inbox.actions.errors import NotAllowedError, RefusedError, TakenError, refuse_erased
from inbox.endings import Situation, joint_replies_for, why_not_end
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus
from team.models import Membership, Unit

__all__ = [
    "EnquiryChoice",
    "allowed_endings",
    "assign",
    "choose_unit",
    "claim",
    "end",
    "flag",
    "release",
    "reopen",
    "see_ending",
    "sort",
    "unsort",
]


def _must_answer(by: Membership) -> None:
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))


@transaction.atomic
def claim(comment: Comment, *, by: Membership) -> None:
    """Take the comment: one winner. TakenError names who has it; a sealed one is given by a lead (decision 0011)."""
    _must_answer(by)
    _must_be_open_to(by, comment, _("Innholdet er forseglet. Be en leder tildele deg kommentaren."))
    try:
        moves.advance(
            comment, workflow.CLAIM, by=by, where={"assignee__isnull": True}, assignee=by, claimed_at=timezone.now()
        )
    except moves.IllegalMoveError as error:
        comment.refresh_from_db()
        if comment.assignee_id == by.pk:
            return
        if comment.assignee:
            raise TakenError(_("%(name)s har allerede tatt kommentaren.") % {"name": comment.assignee.name}) from error
        raise RefusedError(_("Kommentaren er ferdig behandlet.")) from error


def _must_be_open_to(member: Membership, comment: Comment, words: str) -> None:
    """Refuse with these words a sealed comment to who may not read it: to have the comment is to read it."""
    held = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if held.sealed_at and not sealing.may_read(held, member):
        raise RefusedError(words)


@transaction.atomic
def release(comment: Comment, *, by: Membership) -> None:
    """Put the comment back for everybody. Only the one who has it, or a lead."""
    _must_answer(by)
    if comment.assignee_id != by.pk and not by.may_approve:
        raise NotAllowedError(_("Bare den som har kommentaren, eller en leder, kan legge den tilbake."))
    moves.advance(comment, workflow.RELEASE, by=by, assignee=None, claimed_at=None)


@transaction.atomic
def assign(comment: Comment, *, to: Membership, by: Membership) -> None:
    """Give the comment to a colleague in the same municipality."""
    _must_answer(by)
    if to.municipality_id != comment.municipality_id or not to.may_answer:
        raise RefusedError(_("Velg en som svarer for kommunen."))
    if not by.may_approve:
        _must_be_open_to(to, comment, _("Innholdet er forseglet. Be en leder tildele kommentaren."))
    moves.advance(comment, workflow.ASSIGN, by=by, assignee=to, claimed_at=timezone.now())


def _refuse_if_a_colleague_sorted(comment: Comment, by: Membership) -> None:
    if comment.sorted_by and comment.sorted_by_id != by.pk:
        raise TakenError(_("%(name)s har allerede sortert kommentaren.") % {"name": comment.sorted_by.name})


@transaction.atomic
def sort(
    comment: Comment,
    *,
    sortings: Iterable[str],
    by: Membership,
    addressed_to_us: bool | None = None,
    documentation_value: bool | None = None,
    only_unsorted: bool = False,
) -> None:
    """Sort the comment: a set, decided by a person, under the guideline version in force now.

    `documentation_value` is asked for all but praise and neutral, where None means the standing answer no; case
    handling always has it (guideline point 5). RefusedError says what is wrong with the set. `only_unsorted`: the
    person saw it unsorted; TakenError when a colleague has sorted it since.
    """
    _must_answer(by)
    refuse_erased(comment)
    if only_unsorted and comment.status != CommentStatus.NEW:
        _refuse_if_a_colleague_sorted(comment, by)
    chosen = sorted({str(sorting) for sorting in sortings})
    try:
        validate_sortings(frozenset(Sorting(one) for one in chosen))
    except (SortingError, ValueError) as error:
        raise RefusedError(_(str(error)) if isinstance(error, SortingError) else _("Ukjent sortering.")) from error
    move = workflow.SORT if comment.status == CommentStatus.NEW else workflow.SORT_AGAIN
    moves.advance(
        comment,
        move,
        by=by,
        guideline_version_id=version_in_force(comment.municipality).pk,
        sortings=chosen,
        addressed_to_us=addressed_to_us if Sorting.NEUTRAL in chosen else None,
        documentation_value=True if Sorting.CASE_HANDLING in chosen else documentation_value,
        sorted_by=by,
        sorted_at=timezone.now(),
        guideline_version=version_in_force(comment.municipality),
        answer_by=_answer_by(comment, sortings=chosen),
    )


@transaction.atomic
def unsort(comment: Comment, *, by: Membership) -> None:
    """Take a sorting back, as long as nobody has begun to answer."""
    _must_answer(by)
    if comment.replies.exclude(status=workflow.ReplyStatus.DISCARDED).exists():
        raise RefusedError(_("Kommentaren har et svar. Sorter den på nytt i stedet."))
    if together.open_pick(comment):
        raise RefusedError(_("Kommentaren er med i et felles svar. Sorter den på nytt, eller ta den ut."))
    moves.advance(
        comment,
        workflow.UNSORT,
        by=by,
        sortings=[],
        sorted_by=None,
        sorted_at=None,
        answer_by=_answer_by(comment, sortings=[]),
    )


def _answer_by(
    comment: Comment, *, sortings: list[str] | None = None, flags: list[str] | None = None
) -> datetime | None:
    """Return the deadline the comment has with these sortings and flags, its own where none are given.

    What was read as history has none, until a person calls it urgent (decision 0007).
    """
    sortings, flags = comment.sortings if sortings is None else sortings, comment.flags if flags is None else flags
    hours = comment.municipality.office_hours
    if comment.answer_by is None and Flag.URGENT not in flags:
        return None
    return deadlines.answer_by(comment.posted_at, hours, sortings=sortings, signs=[*flags, *comment.hints])


@transaction.atomic
def flag(comment: Comment, *, flags: Iterable[str], by: Membership) -> None:
    """Set the flags a person has decided; they join the sortings in deciding duties."""
    _must_answer(by)
    refuse_erased(comment)
    if comment.status == CommentStatus.NEW:
        raise RefusedError(_("Sorter kommentaren først."))
    chosen = sorted({str(Flag(one)) for one in flags})
    moves.advance(comment, workflow.FLAG, by=by, flags=chosen, answer_by=_answer_by(comment, flags=chosen))
    forwardings.send_if_due(comment, by=by)


@transaction.atomic
def choose_unit(comment: Comment, *, unit: Unit | None, by: Membership) -> None:
    """Choose the unit that is the right body for the question (guideline point 5); None takes the plan back."""
    forwardings.plan(comment, to=unit, by=by)


@transaction.atomic
def end(comment: Comment, *, ending: str, by: Membership, reason: str = "", joint_reply: Reply | None = None) -> str:
    """End the comment without an answer of its own, if the guideline and the facts allow that ending.

    `reason` is the person's own words, `joint_reply` the published reply that answered this one too. What was hidden
    names its rule; spam is hidden at once where the platform and the rules allow. Returns why spam was not hidden,
    else "". RefusedError says what stands in the way.
    """
    _must_answer(by)
    if why := why_not_end(Situation(comment), ending):
        raise RefusedError(why)
    if together.joint_draft_of(comment):
        raise RefusedError(_("Et felles svar er begynt på denne kommentaren. Fullfør det eller forkast det først."))
    following.leave(comment, by=by)
    moves.advance(
        comment,
        workflow.END,
        by=by,
        ending=ending,
        ending_reason=reason.strip() or _rule_of(comment, ending),
        joint_reply=_joint_reply(comment, ending, joint_reply),
        ended_by=by,
        ended_at=timezone.now(),
        ending_seen_at=None,
    )
    forwardings.send_if_due(comment, by=by)
    return interventions.hide_spam(comment, by=by) if ending == Comment.Ending.SPAM else ""


def end_answered_here(comment: Comment, *, by: Membership) -> None:
    """End the comment as answered by the joint reply that stands under its post."""
    reply = together.answered_here([comment]).get(comment.pk)
    if reply is None:
        raise RefusedError(_("Det står ikke noe felles svar under innlegget som kom etter kommentaren ble skrevet."))
    end(comment, ending=Comment.Ending.ANSWERED_JOINTLY, joint_reply=reply, by=by)


def _rule_of(comment: Comment, ending: str) -> str:
    """Return the rule that the comment was hidden or deleted by."""
    if ending != Comment.Ending.HIDDEN_BY_RULE:
        return ""
    acts = comment.interventions.filter(kind__in=["hide", "delete"], status=workflow.InterventionStatus.CARRIED_OUT)
    return acts.values_list("rule_title", flat=True).first() or ""


def _joint_reply(comment: Comment, ending: str, chosen: Reply | None) -> Reply | None:
    if ending != Comment.Ending.ANSWERED_JOINTLY:
        return None
    if chosen is None or chosen not in joint_replies_for(comment):
        raise RefusedError(_("Velg svaret som også besvarer denne kommentaren."))
    return chosen


def allowed_endings(comment: Comment) -> list[Comment.Ending]:
    """Return the lawful endings that fit this comment now."""
    situation = Situation(comment)
    return [ending for ending in Comment.Ending if not why_not_end(situation, ending)]


@transaction.atomic
def see_ending(comment: Comment, *, by: Membership) -> None:
    """A lead has looked over an ending that one person made alone (spam), and lets it stand."""
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan se over dette."))
    moves.advance(comment, workflow.SEE_ENDING, by=by, ending_seen_at=timezone.now())


@transaction.atomic
def reopen(comment: Comment, *, by: Membership) -> None:
    """Take a finished comment up again; one that nobody has sorted goes back among the new.

    What was hidden as spam is shown again when the one who ended it takes it back, or a lead does.
    """
    _must_answer(by)
    refuse_erased(comment)
    takes_back = comment.ending == Comment.Ending.SPAM and (by.may_approve or comment.ended_by_id == by.pk)
    move = workflow.REOPEN if comment.sortings else workflow.REOPEN_UNSORTED
    moves.advance(comment, move, by=by, ending="", ending_reason="", joint_reply=None, ended_by=None, ended_at=None)
    if takes_back:
        interventions.take_back_spam(comment, by=by)


def not_spam(comment: Comment, *, by: Membership) -> None:
    """A lead, who is shown afterwards what was ended as spam, takes it back."""
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan gjøre dette."))
    reopen(comment, by=by)
