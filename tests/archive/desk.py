"""Records on the archivist's desk, as the tests need them: opened by a sorting, followed, confirmed."""

from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

from archive import actions, exporting, intake
from archive.actions import Decision
from archive.models import CaseRecord, ExportBatch
from audit import log
from inbox import intake as inbox_intake
from inbox.actions import comments, replies
from inbox.models import Comment, Reply
from tests import cast
from tests.factories import make_comment, make_item, make_page

OFFICIAL = Path(__file__).parents[3] / "shared/noark/fiks-arkiv-v1"
EFORMIDLING = Path(__file__).parents[3] / "shared/noark/eformidling"


def follow(place: cast.Cast) -> None:
    """Let the archive catch up with the log."""
    log.link_now()
    intake.follow(place.municipality.pk)


def opened(place: cast.Cast, text: str = "Jeg vil klage på brøytingen", **fields: Any) -> CaseRecord:
    comment = make_comment(place.post, text=text, **fields)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    follow(place)
    return CaseRecord.objects.get(comment_id=comment.pk)


def confirm(record: CaseRecord, place: cast.Cast, **changes: Any) -> CaseRecord:
    decision = {"title": record.proposed_title, "public_title": record.proposed_title, **changes}
    actions.complete(record, Decision(**decision), by=place.arne)
    record.refresh_from_db()
    return record


def confirmed(place: cast.Cast, **fields: Any) -> CaseRecord:
    return confirm(opened(place, **fields), place)


def archivist(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.arne.user)
    return client


def packed(place: cast.Cast, *records: CaseRecord) -> ExportBatch:
    """Order an export of the records and let the worker pack it."""
    batch = actions.export(records, by=place.arne)
    log.link_now()
    exporting.pack(batch.pk)
    batch.refresh_from_db()
    return batch


def edited(record: CaseRecord, place: cast.Cast, text: str) -> None:
    """Let the sender edit the comment, and the archive hear of it."""
    comment = Comment.objects.get(pk=record.comment_id)
    item = make_item(place.post, text=text, external_id=comment.external_id)
    inbox_intake.receive(place.channel, make_page(item), raw_page=None)
    follow(place)
    record.refresh_from_db()


def replied(record: CaseRecord, place: cast.Cast, text: str = "Vi ser på det.", external_id: str = "r1") -> Reply:
    """Let a reply be published, and the archive hear of it."""
    reply = replies.draft(Comment.objects.get(pk=record.comment_id), text=text, by=place.ola)
    now = timezone.now()
    Reply.objects.filter(pk=reply.pk).update(
        status="PUBLISHED", external_id=external_id, published_at=now, approved_by=place.kari
    )
    log.record("reply.publish", subject=reply, by=None)
    follow(place)
    record.refresh_from_db()
    return reply
