"""Private use (guideline A2, A5): leave a comment to a colleague, and write in what did not come through a channel.

Such an enquiry has the same duties as any other. There is no connector to answer through: a person gives the approved
answer and registers how.
"""

import uuid
from datetime import datetime
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log, moves
from files import pictures
from inbox import attachments, following, intake, workflow
from inbox.actions.enclosing import MOST_BYTES
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.channels.base import Item, Page
from inbox.models import Channel, Comment, Reply
from team.models import Membership, Municipality


def _must_answer(by: Membership) -> None:
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))


@transaction.atomic
def hand_over(comment: Comment, *, by: Membership, to: Membership | None = None) -> None:
    """Leave the comment to a colleague, or to whoever takes it. Nobody is asked why, and no reason is kept."""
    _must_answer(by)
    if to is not None and (to.municipality_id != comment.municipality_id or not to.may_answer or to.pk == by.pk):
        raise RefusedError(_("Velg en kollega som svarer for kommunen."))
    if comment.assignee_id != by.pk:
        raise RefusedError(_("Du har ikke denne kommentaren."))
    moves.advance(
        comment,
        workflow.HAND_OVER,
        by=by,
        where={"assignee": by},
        assignee=to,
        claimed_at=timezone.now() if to else None,
    )


@transaction.atomic
def enter(
    *,
    entered_from: str,
    author_name: str,
    text: str,
    by: Membership,
    link: str = "",
    received_at: datetime | None = None,
    picture: "UploadedFile[bytes] | None" = None,
) -> Comment:
    """Write in an enquiry that came as a direct message, in a group, by phone or to a private account.

    `picture`: what came with it, or a picture of the screen; kept as it is for the archive, shown as our own copy.
    Goes through the same in-door as everything else; the log says who wrote it in, and from where.
    """
    _must_answer(by)
    if not text.strip():
        raise RefusedError(_("Skriv eller lim inn henvendelsen."))
    if entered_from not in Comment.EnteredFrom.values:
        raise RefusedError(_("Velg hvordan henvendelsen kom."))
    if received_at and received_at > timezone.now():
        raise RefusedError(_("Tidspunktet er fram i tid."))
    channel = manual_channel(by.municipality)
    item = _item(author_name.strip(), text.strip(), link, received_at or timezone.now())
    received = intake.receive(channel, Page(items=(item,), next_cursor="", more=False, raw=b""), raw_page=None)
    comment = Comment.objects.select_related("municipality", "channel").get(pk=received.new[0])
    Comment.objects.filter(pk=comment.pk).update(entered_from=entered_from)
    comment.entered_from = entered_from
    if picture and picture.file:
        _keep_picture(comment, picture.file, size=picture.size or 0)
    log.record("comment.enter", subject=comment, by=by, entered_from=entered_from)
    return comment


def _keep_picture(comment: Comment, picture: IO[bytes], *, size: int) -> None:
    if size > MOST_BYTES:
        raise RefusedError(_("Bildet er større enn 15 MB. Velg et mindre, eller lagre det i lavere kvalitet."))
    try:
        attachments.keep_given(comment, picture)
    except pictures.NotAPictureError as problem:
        raise RefusedError(_("Filen er ikke et bilde vi kan lese. Bruk JPEG, PNG, WebP eller GIF.")) from problem
    except pictures.TooManyPixelsError as problem:
        raise RefusedError(_("Bildet er for stort til å lagres. Gjør det mindre, og prøv igjen.")) from problem


def manual_channel(municipality: Municipality) -> Channel:
    """Return the municipality's channel for what is written in by hand; made the first time."""
    channel, _made = Channel.objects.get_or_create(
        municipality=municipality,
        platform=Channel.Platform.MANUAL,
        defaults={
            "name": str(_("Skrevet inn for hånd")),
            "base_url": "",
            "handle": municipality.slug,
            "token": "",
            "reply_limit": 10_000,
        },
    )
    return channel


def _item(author_name: str, text: str, link: str, received_at: datetime) -> Item:
    number = str(uuid.uuid4())
    return Item(
        platform=Channel.Platform.MANUAL,
        external_id=number,
        root_id="",
        parent_id=None,
        author_id="",
        author_name=author_name,
        author_handle="",
        author_url="",
        text=text,
        text_raw=text,
        is_html=False,
        language="",
        created_at=received_at,
        edited_at=None,
        permalink=link,
        own=False,
        visibility="direct",
        attachments=(),
        raw={"id": number, "text": text, "author": author_name, "link": link},
    )


@transaction.atomic
def register_answer(reply: Reply, *, how: str, by: Membership, link: str = "") -> None:
    """Register that a person has given the approved answer, and how: by e-mail, by phone, at an address.

    The comment is then answered, and the archive follows as for any published reply.
    """
    _must_answer(by)
    if not reply.channel.is_manual:
        raise RefusedError(_("Dette svaret publiseres av SocialDesk."))
    if not how.strip():
        raise RefusedError(_("Skriv hvordan svaret ble gitt."))
    try:
        with transaction.atomic():
            moves.advance(
                reply,
                workflow.REGISTER,
                by=by,
                external_id=f"manual:{uuid.uuid4()}",
                permalink=link,
                given_how=how.strip()[:200],
                published_at=timezone.now(),
            )
    except IntegrityError as error:
        raise RefusedError(_("Svaret er alt registrert.")) from error
    following.finish(reply, by=by)
