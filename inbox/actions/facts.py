"""The fact bank, the marked claim, and the task to correct a post of our own (guideline point 2, wrong facts)."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log, moves
from inbox import workflow
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Comment, CorrectionTask, Fact
from inbox.models.reply import is_source
from team.models import Membership

CLAIM_LENGTH = 1000


def _must_answer(by: Membership) -> None:
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))


@transaction.atomic
def keep(
    *,
    claim: str,
    correction: str,
    source: str,
    valid_until: date,
    by: Membership,
    fact: Fact | None = None,
) -> Fact:
    """Put a fact in the bank, or change one. Refused without a source that can be found again."""
    _must_answer(by)
    if not is_source(source):
        raise RefusedError(_("Skriv en kilde: nettadresse, dokument eller saksnummer."))
    if not claim.strip() or not correction.strip():
        raise RefusedError(_("Skriv både påstanden og rettelsen."))
    verb = "fact.change" if fact else "fact.keep"
    fact = fact or Fact(municipality=by.municipality)
    fact.owner = by
    fact.claim, fact.correction, fact.source = claim.strip(), correction.strip(), source.strip()
    fact.valid_until = valid_until
    fact.save()
    log.record(verb, subject=fact, by=by, correction=log.content_hash(fact.correction), valid_until=valid_until)
    return fact


@transaction.atomic
def mark_claim(comment: Comment, *, claim: str, by: Membership) -> None:
    """Say which words of the comment are wrong. The same words again change nothing; of a sealed one none is said."""
    _must_answer(by)
    claim = claim.strip()[:CLAIM_LENGTH]
    if claim == comment.claim:
        return
    if comment.sealed_at:
        raise RefusedError(_("Innholdet er forseglet. Påstanden kan ikke merkes."))
    moves.advance(comment, workflow.MARK_CLAIM, by=by, where={"sealed_at": None}, claim=claim)


@transaction.atomic
def we_were_wrong(comment: Comment, *, by: Membership) -> CorrectionTask:
    """Make the task to correct our own post. A second click finds the first one's task."""
    _must_answer(by)
    if comment.status == workflow.CommentStatus.NEW:
        raise RefusedError(_("Sorter kommentaren først."))
    if comment.post_id is None:
        raise RefusedError(_("Kommentaren står ikke under et innlegg vi kan rette."))
    task, is_new = CorrectionTask.objects.get_or_create(
        comment=comment, defaults={"municipality_id": comment.municipality_id, "created_by": by}
    )
    if is_new:
        log.record("task.create", subject=task, by=by, comment=comment.pk)
    elif task.status == workflow.TaskStatus.DONE:
        reopen_task(task, by=by)
    return task


@transaction.atomic
def finish_task(task: CorrectionTask, *, by: Membership) -> None:
    """The post is corrected."""
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan gjøre dette."))
    moves.advance(task, workflow.FINISH_TASK, by=by, done_by=by, done_at=timezone.now())


@transaction.atomic
def reopen_task(task: CorrectionTask, *, by: Membership) -> None:
    """The post is not corrected after all."""
    _must_answer(by)
    moves.advance(task, workflow.REOPEN_TASK, by=by, done_by=None, done_at=None)
