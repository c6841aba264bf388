"""Puts what was written beforehand into a draft: a template, a fact, a recommendation, a thanks."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from audit import moves
from guidelines.duties import Sorting
from guidelines.queries import version_in_force
from inbox import library, together, workflow
from inbox.actions import facts, replies
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.library import Filled
from inbox.models import Comment, Fact, Matter, Reply, ReplyVersion, Template
from inbox.workflow import CommentStatus, MatterStatus, ReplyStatus
from team.models import Membership


@transaction.atomic
def insert_template(comment: Comment, template: Template, *, by: Membership) -> Reply:
    """Put the template's text at the end of the draft, or begin the draft with it.

    Refused for a template that is not approved, is past its review date, or needs a field there is nothing for.
    """
    return _put(comment, _filled(comment, template, by), by)


def _filled(comment: Comment, template: Template, by: Membership) -> Filled:
    version = template.latest
    if template.municipality_id != by.municipality_id or version is None:
        raise RefusedError(_("Malen finnes ikke."))
    if template.is_expired:
        raise RefusedError(_("Malen skulle vært sett over og kan ikke settes inn. Be en leder se på den."))
    if not template.is_usable:
        raise RefusedError(_("Malen er ikke godkjent."))
    filled = library.fill(
        version, comment, library.values_of(comment, by_name=together.joint_draft_of(comment) is None)
    )
    if filled.lacking:
        fields = get_text_list([f"{{{name}}}" for name in filled.lacking], _("og"))
        raise RefusedError(_("Malen trenger %(fields)s, som ikke er kjent for kommentaren.") % {"fields": fields})
    return filled


def _put(comment: Comment, filled: Filled, by: Membership) -> Reply:
    reply = _append(comment, filled.text, by)
    marks: dict[str, Any] = {"template_version": filled.version, "template_text_hash": filled.text_hash}
    if reply.text == filled.text:
        marks["language"] = filled.language
    in_review = reply.status == ReplyStatus.IN_REVIEW
    moves.advance(reply, workflow.EDIT_IN_REVIEW if in_review else workflow.SAVE, by=by, **marks)
    return reply


def _append(comment: Comment, text: str, by: Membership, *, source: str | None = None) -> Reply:
    before = replies.open_reply(comment)
    whole = f"{before.text}\n\n{text}" if before and before.text else text
    return replies.draft(comment, text=whole, by=by, source=source)


@transaction.atomic
def insert_fact(comment: Comment, fact: Fact, *, by: Membership) -> Reply:
    """Put the correction into the draft with its source, and the claim on the comment if nobody marked one."""
    if fact.municipality_id != by.municipality_id:
        raise RefusedError(_("Faktaet finnes ikke."))
    if fact.is_expired:
        raise RefusedError(_("Faktaet er utløpt og kan ikke settes inn. Sjekk det, og sett en ny dato."))
    reply = _append(comment, fact.correction, by, source=fact.source)
    Fact.objects.filter(pk=fact.pk).update(uses=F("uses") + 1)
    if not comment.claim and Sorting.FACTUAL_ERROR in comment.sortings:
        facts.mark_claim(comment, claim=fact.claim, by=by)
    return reply


@transaction.atomic
def insert_recommendation(comment: Comment, matter: Matter, *, by: Membership) -> Reply:
    """Put the chief executive's recommendation into the draft, with the municipality's own title."""
    if matter.municipality_id != by.municipality_id or matter.status != MatterStatus.OPEN:
        raise RefusedError(_("Saken er ikke under behandling."))
    before = replies.open_reply(comment)
    language = before.language if before else comment.municipality.written_language
    return _append(comment, library.recommendation_words(matter, comment.municipality, language), by)


@transaction.atomic
def insert_mistake(comment: Comment, *, by: Membership) -> Reply | None:
    """Make the task to correct our post, and thank the sender in the draft if a template for that is approved."""
    facts.we_were_wrong(comment, by=by)
    template = library.usable_templates(comment.municipality_id).filter(kind=Template.Kind.MISTAKE).first()
    answerable = comment.status in {workflow.CommentStatus.TO_ANSWER, workflow.CommentStatus.IN_REVIEW}
    return insert_template(comment, template, by=by) if template and answerable else None


@transaction.atomic
def publish_preapproved(
    comment: Comment, template: Template, *, text_hash: str, by: Membership, read: str = ""
) -> Reply:
    """Answer with a pre-approved text at once: draft it and let it out, after the usual hold.

    `text_hash` is of the text the person saw, `read` the content hash of the comment they read ("": not said). Refused
    when either has changed since, when a draft is under way, and for whatever refuses any other reply. A fixed text
    for an emergency needs no sorting first, and lacks no duty.
    """
    urgent = template.kind == Template.Kind.URGENT
    before = replies.open_reply(comment)
    if before and not (urgent and before.status == ReplyStatus.REFUSED):
        raise RefusedError(_("Kommentaren har alt et utkast. Åpne den og fullfør det."))
    filled = _filled(comment, template, by)
    if filled.text_hash != text_hash:
        raise RefusedError(_("Teksten er endret siden du så den. Les den på nytt."))
    if urgent and comment.status == CommentStatus.NEW:
        return _answer_unsorted(comment, filled, by)
    reply = _put(comment, filled, by)
    replies.approve(reply, by=by, read=read)
    return reply


def _answer_unsorted(comment: Comment, filled: Filled, by: Membership) -> Reply:
    """Let a fixed text for an emergency out before anybody has sorted the comment, which stays to be sorted."""
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))
    Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    reply = replies.begin(comment, by)
    ReplyVersion.objects.create(reply=reply, number=1, text=filled.text, saved_by=by)
    moves.advance(
        reply,
        workflow.SAVE,
        by=by,
        text=filled.text,
        text_hash=filled.text_hash,
        saved_at=timezone.now(),
        language=filled.language,
        template_version=filled.version,
        template_text_hash=filled.text_hash,
        guideline_version=version_in_force(comment.municipality),
    )
    replies.approve(reply, by=by)
    return reply
