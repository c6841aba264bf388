"""The in-door: nothing lost, nothing doubled."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit import log
from inbox import intake, nesting
from inbox.channels.base import Unreadable
from inbox.models import Comment, CommentVersion, Reply, UnreadItem
from inbox.workflow import CommentStatus
from tests import cast
from tests.factories import make_comment, make_item, make_page

pytestmark = pytest.mark.django_db


def test_a_page_received_twice_adds_nothing() -> None:
    place = cast.meraker()
    page = make_page(make_item(place.post), make_item(place.post, text="Takk for fin brøyting"))
    first = intake.receive(place.channel, page, raw_page=None)
    second = intake.receive(place.channel, page, raw_page=None)
    assert len(first.new) == 2
    assert (second.new, second.edited) == ([], [])
    assert Comment.objects.count() == 2
    assert CommentVersion.objects.count() == 2


def test_the_same_raw_bytes_are_kept_once() -> None:
    place = cast.meraker()
    assert intake.keep_raw(place.channel, b"\x00\xff") == intake.keep_raw(place.channel, b"\x00\xff")
    assert bytes(place.channel.raw_pages.get().body) == b"\x00\xff"


def test_an_edit_becomes_a_version_and_the_first_words_stay() -> None:
    place = cast.meraker()
    item = make_item(place.post, text="Dette er skandale")
    intake.receive(place.channel, make_page(item), raw_page=None)
    edited = make_item(place.post, text="Jeg vil klage", external_id=item.external_id, edited_at=timezone.now())
    received = intake.receive(place.channel, make_page(edited), raw_page=None)
    comment = Comment.objects.get()
    assert received.edited == [comment.pk]
    assert comment.text == "Jeg vil klage"
    assert [version.text for version in comment.versions.all()] == ["Dette er skandale", "Jeg vil klage"]
    assert [event.action for event in log.history(comment)] == ["comment.receive", "comment.edit"]


def test_a_deletion_leaves_a_tombstone_with_the_text() -> None:
    place = cast.meraker()
    comment = make_comment(place.post, text="Hei")
    intake.mark_deleted([comment])
    intake.mark_deleted([comment])
    comment.refresh_from_db()
    assert comment.deleted_at is not None
    assert comment.text == "Hei"
    assert [event.action for event in log.history(comment)].count("comment.delete") == 1


def test_our_own_published_reply_is_matched_and_never_queued() -> None:
    place = cast.meraker()
    comment = make_comment(place.post)
    Reply.objects.create(
        municipality=place.municipality,
        channel=place.channel,
        comment=comment,
        author=place.ola,
        external_id="r1",
        status="PUBLISHED",
    )
    ours = make_item(place.post, external_id="r1", parent_id=comment.external_id, own=True)
    received = intake.receive(place.channel, make_page(ours), raw_page=None)
    assert received.ours == 1
    assert Comment.objects.count() == 1


def test_what_we_wrote_elsewhere_is_shown_in_the_thread_but_not_queued() -> None:
    place = cast.meraker()
    intake.receive(place.channel, make_page(make_item(place.post, own=True)), raw_page=None)
    assert Comment.objects.get().status == CommentStatus.OURS


def test_a_reply_that_came_before_its_parent_finds_it() -> None:
    place = cast.meraker()
    parent = make_item(place.post)
    child = make_item(None, parent_id=parent.external_id, root_id="")
    intake.receive(place.channel, make_page(child), raw_page=None)
    intake.receive(place.channel, make_page(parent), raw_page=None)
    nesting.adopt_orphans(place.channel)
    row = Comment.objects.get(external_id=child.external_id)
    assert row.parent is not None
    assert row.parent.external_id == parent.external_id
    assert row.post == place.post


def test_an_item_nobody_could_read_is_kept_with_its_reason_and_the_others_go_on() -> None:
    place = cast.meraker()
    page = make_page(make_item(place.post), unreadable=(Unreadable(b'{"id": 7', "not JSON"),))
    for _ in range(2):
        intake.receive(place.channel, page, raw_page=None)
    kept = UnreadItem.objects.get()
    assert bytes(kept.body) == b'{"id": 7'
    assert kept.reason == "not JSON"
    assert Comment.objects.count() == 1


def test_a_comment_without_author_or_date_is_not_dropped() -> None:
    place = cast.meraker()
    item = make_item(
        place.post, author_name="", author_handle="", author_id="", created_at=None, problems=("created_at",)
    )
    intake.receive(place.channel, make_page(item), raw_page=None)
    comment = Comment.objects.get()
    assert comment.author == "Ukjent avsender"
    assert comment.problems == ["created_at"]


def test_a_comment_from_the_future_comes_in_now() -> None:
    place = cast.meraker()
    item = make_item(place.post, created_at=timezone.now() + timedelta(days=20_000))
    intake.receive(place.channel, make_page(item), raw_page=None)
    comment = Comment.objects.get()
    assert comment.posted_at <= timezone.now()
    assert comment.answer_by is not None


def test_a_page_costs_no_more_queries_for_forty_comments_than_for_four(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    place = cast.meraker()
    with django_assert_max_num_queries(16):
        intake.receive(place.channel, make_page(*(make_item(place.post) for _ in range(4))), raw_page=None)
    with django_assert_max_num_queries(16):
        intake.receive(place.channel, make_page(*(make_item(place.post) for _ in range(40))), raw_page=None)
