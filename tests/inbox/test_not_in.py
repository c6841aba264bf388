"""What did not get in is listed, shown to a lead as text, read again, or dealt with; it is never thrown away."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import log
from inbox import channel_state, intake, pulling
from inbox.channels.base import ProtocolError, Unreadable
from inbox.channels.rereading import read_again
from inbox.models import Comment, RawPage, UnreadItem
from inbox.views.not_in import shown_bytes
from tests import cast
from tests.factories import make_page

pytestmark = pytest.mark.django_db

STATUS = {
    "id": "4711",
    "created_at": "2026-11-20T10:00:00Z",
    "content": "<p>Når åpner svømmehallen?</p>",
    "account": {"id": "9", "acct": "randi@snabelen.example", "display_name": "Randi Moen"},
    "visibility": "public",
}
BROKEN = json.dumps({**STATUS, "id": None}).encode()


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def kari(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.kari.user)
    return client


def unread(place: cast.Cast, body: bytes, reason: str = "a status without a usable id") -> UnreadItem:
    intake.receive(place.channel, make_page(unreadable=(Unreadable(body, reason),)), raw_page=None)
    return UnreadItem.objects.latest("pk")


def odd_answer(place: cast.Cast, body: bytes = b"<html>Bad gateway</html>") -> RawPage:
    channel_state.note_problem(place.channel.pk, ProtocolError("mastodon", 200, message="not JSON", raw=body))
    return RawPage.objects.latest("pk")


def post(client: Client, act: str, one: UnreadItem | RawPage, **data: str) -> str:
    kind = "del" if isinstance(one, UnreadItem) else "svar"
    return client.post(reverse(f"inbox:not_in_{act}", args=[kind, one.pk]), data, follow=True).content.decode()


def shown(client: Client, **query: str) -> str:
    return client.get(reverse("inbox:not_in"), query).content.decode()


def test_both_kinds_are_listed_with_reason_and_channel(place: cast.Cast, kari: Client) -> None:
    unread(place, BROKEN)
    odd_answer(place)
    listed = shown(kari)
    assert "a status without a usable id" in listed
    assert "not JSON" in listed
    assert "Den har ikke noe nummer vi kan kjenne den igjen på." in listed
    assert "Når åpner" not in listed, "the bytes are shown one by one, and that is logged"


def test_what_todays_code_understands_becomes_a_comment_and_leaves_the_list(place: cast.Cast, kari: Client) -> None:
    item = unread(place, json.dumps({"id": "n1", "type": "mention", "status": STATUS}).encode())
    assert "Den er lest inn" in post(kari, "again", item)
    comment = Comment.objects.get()
    assert (comment.text, comment.author_name, comment.status) == ("Når åpner svømmehallen?", "Randi Moen", "NEW")
    item.refresh_from_db()
    assert (item.settled_how, item.settled_by, item.comment) == ("read", place.kari, comment)
    assert "a status without a usable id" not in shown(kari)
    assert reverse("inbox:comment", args=[comment.pk]) in shown(kari, vis="ferdig")


def test_reading_again_twice_makes_one_comment(place: cast.Cast, kari: Client) -> None:
    item = unread(place, json.dumps(STATUS).encode())
    post(kari, "again", item)
    assert "Noen andre var først ute" in post(kari, "again", item)
    assert Comment.objects.count() == 1


def test_what_still_is_not_understood_stays_with_its_reason(place: cast.Cast, kari: Client) -> None:
    item = unread(place, BROKEN)
    assert "Vi forstår den fortsatt ikke" in post(kari, "again", item)
    item.refresh_from_db()
    assert item.settled_at is None
    assert Comment.objects.count() == 0


def test_a_whole_list_is_taken_in_as_far_as_it_is_understood(place: cast.Cast, kari: Client) -> None:
    item = unread(place, json.dumps([STATUS, {"id": None}]).encode())
    assert "Vi forstår den fortsatt ikke" in post(kari, "again", item)
    item.refresh_from_db()
    assert item.settled_at is None
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("platform", "piece", "ids"),
    [
        ("mastodon", STATUS, ["4711"]),
        ("facebook", {"id": "55_66", "message": "Hei", "created_time": "2026-11-20T10:00:00+0000"}, ["55_66"]),
        ("facebook", {"id": "1_55", "message": "Vi brøyter"}, ["1_55"]),
        ("instagram", {"id": "17", "text": "Hei", "media": {"id": "5"}}, ["17"]),
        ("instagram", {"id": "5", "caption": "Vi brøyter", "media_type": "IMAGE"}, ["5"]),
        (
            "youtube",
            {
                "snippet": {"videoId": "abcdefghijk", "topLevelComment": {"id": "UgyTopTopTop", "snippet": {}}},
                "replies": {"comments": [{"id": "UgyTopTopTop.svar", "snippet": {}}]},
            },
            ["UgyTopTopTop", "UgyTopTopTop.svar"],
        ),
        (
            "bluesky",
            {
                "uri": "at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3kabcdefghijk",
                "cid": "bafy",
                "author": {"did": "did:plc:abcdefghijklmnopqrstuvwx", "handle": "randi.example"},
                "record": {"text": "Hei", "createdAt": "2026-11-20T10:00:00Z"},
            },
            ["at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3kabcdefghijk"],
        ),
    ],
)
def test_each_platform_can_be_read_again(platform: str, piece: dict[str, object], ids: list[str]) -> None:
    reread = read_again(platform, json.dumps(piece).encode(), own_id="1", base_url="https://social.example")
    assert [item.external_id for item in reread.items] == ids
    assert reread.still == ""


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"[" * 20_000, b"7", b'{"id":null}', b"[]"])
def test_whatever_was_kept_can_be_tried_again(body: bytes) -> None:
    for platform in ("mastodon", "facebook", "instagram", "youtube", "bluesky", "rss", ""):
        assert read_again(platform, body, own_id="1", base_url="https://social.example").items == ()


def test_a_whole_answer_is_read_again_by_reading_the_channel(place: cast.Cast, kari: Client) -> None:
    page = odd_answer(place)
    assert "Kanalen leses på nytt" in post(kari, "again", page)
    place.channel.refresh_from_db()
    assert pulling.due_channels() == [place.channel.pk]
    channel_state.note_well(place.channel.pk, 0)
    assert "not JSON" not in shown(kari)
    assert "da kanalen ble lest på nytt" in shown(kari, vis="ferdig")


def test_it_is_dealt_with_by_a_reason_and_kept(place: cast.Cast, kari: Client) -> None:
    item = unread(place, BROKEN)
    assert "Skriv hva som er gjort" in post(kari, "settle", item, reason="  ")
    assert "a status without a usable id" in shown(kari)
    post(kari, "settle", item, reason="Besvart på telefon.")
    assert "a status without a usable id" not in shown(kari)
    assert "Besvart på telefon." in shown(kari, vis="ferdig")
    assert bytes(UnreadItem.objects.get().body) == BROKEN
    assert "not_in.settle" in [event.action for event in log.history(item)]


def test_what_comes_again_after_it_was_dealt_with_stays_so(place: cast.Cast, kari: Client) -> None:
    post(kari, "settle", unread(place, BROKEN), reason="Søppel")
    unread(place, BROKEN)
    assert "a status without a usable id" not in shown(kari)


def test_a_lead_sees_the_bytes_as_text_and_the_log_says_so(place: cast.Cast, kari: Client) -> None:
    item = unread(place, b'<script>alert(1)</script> \xff \xe2\x80\xae\x00 "N\xc3\xa5r"')
    text = post(kari, "show", item)
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text
    assert "\\u{202e}\\u{0}" in text
    assert "Når" in text
    (event,) = log.history(item)
    assert (event.action, event.actor_id) == ("not_in.show", place.kari.user_id)


def test_what_is_long_is_cut() -> None:
    text, is_cut = shown_bytes(b"a" * 50_000)
    assert (len(text), is_cut) == (20_000, True)


def test_a_member_neither_sees_the_bytes_nor_closes_the_matter(place: cast.Cast) -> None:
    client = Client()
    client.force_login(place.ola.user)
    item = unread(place, BROKEN)
    for act in ("show", "settle"):
        assert client.post(reverse(f"inbox:not_in_{act}", args=["del", item.pk])).status_code == 403
    assert "Vis det plattformen sendte" not in shown(client)


@pytest.mark.parametrize("kind", ["svar", "noe"])
def test_an_ordinary_page_of_the_platform_is_no_such_thing(place: cast.Cast, kari: Client, kind: str) -> None:
    page = intake.keep_raw(place.channel, b"[]")
    assert kari.post(reverse("inbox:not_in_show", args=[kind, page.pk])).status_code == 404


def test_the_list_goes_on_and_many_rows_cost_no_more_queries(place: cast.Cast, kari: Client) -> None:
    def fill(first: int, number: int) -> None:
        pieces = tuple(Unreadable(b"%d" % one, f"grunn {one:03d}") for one in range(first, first + number))
        intake.receive(place.channel, make_page(unreadable=pieces), raw_page=None)

    fill(0, 2)
    shown(kari)
    with CaptureQueriesContext(connection) as few:
        shown(kari)
    fill(2, 68)
    with CaptureQueriesContext(connection) as many:
        first = kari.get(reverse("inbox:not_in"))
    assert len(many) <= len(few)
    second = kari.get(reverse("inbox:not_in"), {"etter": first.context["items"].after})
    seen = [row.reason for page in (first, second) for row in page.context["items"].rows]
    assert sorted(seen) == [f"grunn {one:03d}" for one in range(70)]
    assert second.context["items"].after == 0


def test_an_empty_list_says_so(kari: Client) -> None:
    assert "Alt er lest inn" in shown(kari)
    assert "Ingenting er behandlet" in shown(kari, vis="ferdig")
