"""What the figures of reliability plant in bulk is what a lead's own acts would have left."""

from typing import Any

import pytest
from django.db.models import Model

from audit import log
from audit.models import AuditEvent
from benchmarks.reliability import planting
from inbox import publishing, tally
from inbox.actions import comments, replies, too_long
from inbox.models import Comment, Reply
from tests import cast
from tests.factories import make_channel, make_comment, make_post

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = "Takk for det."
LONG = "\n\n".join(f"Avsnitt {part}. " + "Vi brøyter hovedveiene først. " * 12 for part in (1, 2, 3))
OWN = {"id", "key", "version", "external_id", "reply_id", "comment_id", "text_hash", "content_hash", "permalink"}


def test_replies_planted_in_bulk_are_as_if_a_lead_had_let_them_out() -> None:
    place = cast.meraker()
    place.municipality.hold_seconds = 0
    place.municipality.save()
    post = make_post(make_channel(place.municipality, handle="prove"))
    by_acts, in_bulk = ([make_comment(post, "Takk"), make_comment(post, "Tusen takk")] for _way in range(2))
    for comment, text in zip(by_acts, (SHORT, LONG), strict=True):
        comments.sort(comment, sortings=["praise"], by=place.kari)
        reply = replies.draft(comment, text=text, by=place.kari)
        too_long.choose(reply, choice="parts" if text == LONG else "", by=place.kari)
        replies.approve(reply, by=place.kari)
    texts = dict(zip([one.pk for one in in_bulk], (SHORT, LONG), strict=True))
    planting.let_out(in_bulk, text_of=lambda comment: texts[comment.pk], by=place.kari)
    for one, other in zip(by_acts, in_bulk, strict=True):
        assert all_of(other) == all_of(one)
    events = AuditEvent.objects.filter(subject_id=Reply.objects.get(comment=in_bulk[0]).pk, subject_type="inbox.reply")
    assert list(events.order_by("id").values_list("action", flat=True)) == ["reply.begin", "reply.approve"]
    log.link_now()
    assert log.verify(place.municipality.pk).ok
    assert tally.differences(place.municipality.pk) == {}
    assert set(publishing.due_replies()) == set(Reply.objects.values_list("pk", flat=True))


def all_of(comment: Comment) -> list[dict[str, Any]]:
    """Return what stands of a comment and of all that belongs to its reply, without what is each row's own."""
    comment.refresh_from_db()
    reply = Reply.objects.get(comment=comment)
    rows: list[Model] = [comment, reply, *reply.versions.all(), *reply.reviews.all(), *reply.parts.all()]
    return [_of(row) for row in rows]


def _of(row: Model) -> dict[str, Any]:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    kept = {name: value for name, value in fields.items() if name not in OWN and not name.startswith("author")}
    times = ("_at", "_by", "_after")
    return {name: value is not None if name.endswith(times) else value for name, value in kept.items()}
