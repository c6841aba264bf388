"""Internal notes: written, edited with every version kept, and colleagues named in them, who are told by mail."""

import logging
import re
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit import log
from inbox.actions.errors import ChangedMeanwhileError, NotAllowedError, RefusedError, refuse_erased
from inbox.models import Comment, Mention, Note, NoteVersion
from notices.actions import queue
from notices.errors import NoticeError
from team.models import Membership

LONGEST = 10_000
logger = logging.getLogger(__name__)


@transaction.atomic
def write(comment: Comment, *, text: str, by: Membership, mention: Iterable[Membership] = ()) -> Note:
    """Write an internal note. Who is named in it («@Kari Holten»), or in `mention`, is told by mail, without the text.

    RefusedError for an empty or too long text, and for a mention of somebody who does not answer for the municipality.
    Mentions of the writer in other notes of the comment count as seen.
    """
    refuse_erased(comment)
    text = _checked(text, by)
    note = Note.objects.create(municipality=comment.municipality, comment=comment, author=by, text=text)
    NoteVersion.objects.create(note=note, number=1, text=text)
    log.record("note.write", subject=note, by=by, comment=comment.pk, text_hash=log.content_hash(text))
    _mention(note, mention, by)
    _see(Mention.objects.filter(note__comment=comment, member=by, seen_at=None))
    return note


@transaction.atomic
def edit(note: Note, *, text: str, by: Membership, number: int | None = None) -> None:
    """Change one's own note; what it said before is kept. `number`: the version that was on the screen."""
    text = _checked(text, by)
    if note.author_id != by.pk:
        raise NotAllowedError(_("Bare den som skrev notatet kan endre det."))
    note = Note.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality").get(pk=note.pk)
    if number not in {None, note.number}:
        raise ChangedMeanwhileError(_("Notatet ble endret i en annen fane etter at du åpnet det."))
    if text == note.text:
        return
    note.number, note.text, note.edited_at = note.number + 1, text, timezone.now()
    note.save(update_fields=["number", "text", "edited_at"])
    NoteVersion.objects.create(note=note, number=note.number, text=text)
    text_hash = log.content_hash(text)
    log.record("note.edit", subject=note, by=by, comment=note.comment_id, note_version=note.number, text_hash=text_hash)
    _mention(note, (), by)


@transaction.atomic
def see(comment: Comment, *, by: Membership) -> None:
    """Say that one has seen where one is named in the notes of the comment."""
    _see(Mention.objects.filter(note__comment=comment, member=by, seen_at=None))


def _see(mentions: "Iterable[Mention]") -> None:
    for one in mentions:
        one.seen_at = timezone.now()
        one.save(update_fields=["seen_at"])


def _checked(text: str, by: Membership) -> str:
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan skrive interne notater."))
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise RefusedError(_("Notatet er tomt."))
    if len(text) > LONGEST:
        raise RefusedError(_("Notatet er for langt: høyst 10 000 tegn."))
    return text


def colleagues_of(member: Membership) -> list[Membership]:
    """Return those who can be named: everybody else who answers for the municipality today, by name."""
    answering = Membership.objects.current().filter(municipality_id=member.municipality_id, role__in=["member", "lead"])
    return list(answering.exclude(pk=member.pk).select_related("user").order_by("user__name"))


def named_in(text: str, people: Sequence[Membership]) -> list[Membership]:
    """Return whom «@Kari Holten» or «@Kari» names: the whole name, or a first name that only one of them has."""
    found: dict[int, Membership] = {}
    for one in sorted(people, key=lambda person: -len(person.name)):
        pattern = rf"(?<!\w)@{re.escape(one.name)}(?!\w)"
        if re.search(pattern, text, re.IGNORECASE):
            found[one.pk] = one
            text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    for word in {word.casefold() for word in re.findall(r"(?<!\w)@([\w-]+)", text)}:
        same = [one for one in people if one.name.split()[0].casefold() == word]
        if len(same) == 1:
            found[same[0].pk] = same[0]
    return sorted(found.values(), key=lambda person: person.name)


def _mention(note: Note, chosen: Iterable[Membership], by: Membership) -> None:
    people = colleagues_of(by)
    known = {one.pk for one in people}
    chosen = [one for one in chosen if one.pk != by.pk]
    if any(one.pk not in known for one in chosen):
        raise RefusedError(_("Du kan bare nevne dem som svarer for kommunen."))
    for one in {person.pk: person for person in [*chosen, *named_in(note.text, people)]}.values():
        mention, is_new = Mention.objects.get_or_create(note=note, member=one)
        if is_new:
            log.record("note.mention", subject=note, by=by, comment=note.comment_id, member=one.pk)
            _tell(mention, by)


def _tell(mention: Mention, by: Membership) -> None:
    """Put a mail in the outbox that says where, and not what. A bad address stops nothing: the menu tells too."""
    town = mention.note.municipality
    with translation.override(town.written_language):
        try:
            with transaction.atomic():
                queue(
                    town,
                    kind="note.mention",
                    to=mention.member.user.email,
                    subject=_("%(name)s har nevnt deg i et internt notat") % {"name": by.name},
                    body=_("%(name)s har nevnt deg i et internt notat i SocialDesk. Les det her:") % {"name": by.name}
                    + f"\n\n{settings.SITE_URL}{reverse('inbox:comment', args=[mention.note.comment_id])}#notater",
                    key=f"note.mention:{mention.pk}",
                    by=by,
                )
        except NoticeError:
            logger.warning("Mention %s: the member has no usable address", mention.pk)
