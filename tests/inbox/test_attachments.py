"""Pictures of comments: written down, fetched once, from the platform alone, shown from our own store."""

import io
import struct
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from audit.moves import IllegalMoveError
from files import pictures
from files.models import StoredFile
from inbox import attachments, pulling
from inbox.channels import media
from inbox.channels.base import AccountState, GoneError, ProtocolError, RejectedError, TransientError
from inbox.channels.base import Attachment as Told
from inbox.channels.mastodon import MastodonConnector
from inbox.connecting import connect
from inbox.intake import receive
from inbox.models import Attachment, Channel, Comment
from inbox.workflow import AttachmentStatus
from tests import cast
from tests.factories import make_comment, make_item, make_member, make_municipality, make_page
from tests.pictures import attached, picture
from tests.simulator_server import Simulator

URL = "https://files.snabelen.example/media/1.png"


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def with_picture(place: cast.Cast, url: str = URL, kind: str = "image", **fields: Any) -> Attachment:
    make_comment(place.post, attachments=(Told(kind, url, "Et hull i vegen", "", fields.pop("preview", "")),), **fields)
    return Attachment.objects.latest("pk")


def answering(monkeypatch: pytest.MonkeyPatch, outcome: bytes | Exception) -> None:
    """Let the platform answer a fetch with these bytes or this error."""

    def fetch(url: str, into: io.BytesIO, source: media.Source) -> int:
        if isinstance(outcome, Exception):
            raise outcome
        return into.write(outcome)

    monkeypatch.setattr(media, "fetch", fetch)


def fetched(one: Attachment) -> Attachment:
    attachments.fetch(one.pk)
    one.refresh_from_db()
    return one


@pytest.mark.django_db
def test_what_a_comment_carries_is_written_down_with_it(place: cast.Cast) -> None:
    one = with_picture(place)
    assert (one.kind, one.url, one.source_url, one.alt, one.comment_version) == (
        "picture",
        URL,
        URL,
        "Et hull i vegen",
        1,
    )
    assert one.status == AttachmentStatus.WAITING
    assert attachments.due() == [one.pk]


@pytest.mark.django_db
def test_a_page_of_pictures_costs_no_query_for_each(place: cast.Cast, django_assert_max_num_queries: Any) -> None:
    def page(count: int) -> Any:
        told = (Told("image", URL, "", ""),)
        return make_page(*(make_item(place.post, f"Nr {n}", attachments=told) for n in range(count)))

    with django_assert_max_num_queries(25):
        receive(place.channel, page(60), raw_page=None)
    assert Attachment.objects.count() == 60


@pytest.mark.django_db
def test_a_new_picture_is_an_edit_and_a_new_signature_on_its_address_is_none(place: cast.Cast) -> None:
    first = make_item(place.post, "Se her", attachments=(Told("photo", "https://a.fbcdn.net/x/1.jpg?sig=1", "", ""),))
    again = Told("photo", "https://b.fbcdn.net/x/1.jpg?sig=2", "", "")
    other = Told("photo", "https://a.fbcdn.net/x/2.jpg", "", "")
    shape = {"external_id": first.external_id, "text_raw": first.text_raw, "author_name": first.author_name}
    for told in (first.attachments[0], again, other):
        receive(place.channel, make_page(make_item(place.post, "Se her", attachments=(told,), **shape)), raw_page=None)
    comment = Comment.objects.get()
    assert [row.comment_version for row in comment.attachments.all()] == [1, 2]


@pytest.mark.django_db
def test_links_and_films_are_told_of_and_only_their_small_picture_is_fetched(place: cast.Cast) -> None:
    link = with_picture(place, "https://avis.example/sak", "link")
    film = with_picture(place, "https://f.example/1.m3u8", "video", preview="https://f.example/1.jpg")
    assert (link.status, link.source_url) == (AttachmentStatus.LISTED, "")
    assert (film.status, film.source_url) == (AttachmentStatus.WAITING, "https://f.example/1.jpg")


@pytest.mark.django_db
def test_a_picture_is_fetched_once_and_kept_as_it_came(place: cast.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    original = picture("JPEG", (3000, 1500))
    answering(monkeypatch, original)
    one = fetched(with_picture(place))
    assert (one.status, one.width, one.height, one.attempts) == (AttachmentStatus.FETCHED, 2048, 1024, 1)
    assert one.original is not None
    assert one.original.size == len(original)
    assert fetched(one).attempts == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcome", "status", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "REFUSED", "no_picture"),
        (b"<!doctype html><script>1</script>", "REFUSED", "no_picture"),
        (picture()[:90], "REFUSED", "no_picture"),
        (b"", "REFUSED", "no_picture"),
        (RejectedError(code="private"), "REFUSED", "private"),
        (RejectedError(code="too_large"), "REFUSED", "too_large"),
        (GoneError(status=404), "GONE", "gone"),
        (ProtocolError(status=403), "FAILED", "odd_answer"),
    ],
)
def test_what_cannot_be_fetched_says_why(
    place: cast.Cast, monkeypatch: pytest.MonkeyPatch, outcome: bytes | Exception, status: str, reason: str
) -> None:
    answering(monkeypatch, outcome)
    one = fetched(with_picture(place))
    assert (one.status, one.reason) == (status, reason)
    client = Client()
    client.force_login(place.ola.user)
    page = client.get(reverse("inbox:comment", args=[one.comment_id])).content.decode()
    assert one.get_reason_display() in page
    assert "Hent på nytt" in page
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_silent_platform_is_tried_five_times_and_then_left_to_a_person(
    place: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, TransientError())
    one = with_picture(place)
    for _ in range(5):
        Attachment.objects.update(next_try_at=timezone.now())
        assert fetched(one).attempts
    assert (one.status, one.reason, one.attempts) == (AttachmentStatus.FAILED, "unreachable", 5)
    assert attachments.due() == []
    attachments.fetch_again(one, by=place.ola)
    assert attachments.due() == [one.pk]
    with pytest.raises(IllegalMoveError):
        attachments.fetch_again(one, by=place.ola)


@pytest.mark.django_db
def test_while_one_worker_fetches_another_gives_way(place: cast.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    one, calls = with_picture(place), []

    def fetch(url: str, into: io.BytesIO, source: media.Source) -> int:
        calls.append(url)
        attachments.fetch(one.pk)
        return into.write(picture())

    monkeypatch.setattr(media, "fetch", fetch)
    assert fetched(one).status == AttachmentStatus.FETCHED
    assert calls == [URL]


@pytest.mark.django_db
def test_a_worker_that_dies_after_fetching_leaves_it_to_the_sweep(
    place: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = with_picture(place)
    answering(monkeypatch, picture())
    with monkeypatch.context() as dying:
        dying.setattr(attachments, "_settle", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            attachments.fetch(one.pk)
    assert attachments.due() == []
    Attachment.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    assert attachments.due() == [one.pk]
    assert fetched(one).status == AttachmentStatus.FETCHED


@pytest.mark.django_db
def test_a_late_worker_does_not_write_over_the_one_that_took_over(
    place: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = with_picture(place)

    def fetch(url: str, into: io.BytesIO, source: media.Source) -> int:
        Attachment.objects.filter(pk=one.pk).update(attempts=2)
        return into.write(picture())

    monkeypatch.setattr(media, "fetch", fetch)
    assert fetched(one).status == AttachmentStatus.WAITING


@pytest.mark.django_db
def test_the_page_shows_our_own_copy_under_our_own_address(place: cast.Cast) -> None:
    one = attached(make_comment(place.post), picture("WEBP"))
    client = Client()
    client.force_login(place.ola.user)
    address = reverse("inbox:attachment", args=[one.pk])
    page = client.get(reverse("inbox:comment", args=[one.comment_id])).content.decode()
    assert f'src="{address}"' in page
    assert 'alt="Et hull i vegen"' in page
    assert one.url not in page
    response = client.get(address)
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert (response["Content-Disposition"], response["Cache-Control"]) == ("inline", "private, max-age=3600")
    assert b"".join(response.streaming_content)  # read to its end, so that the file is closed
    assert "1 bilde" in client.get(reverse("inbox:queue")).content.decode()


@pytest.mark.django_db
def test_another_municipality_gets_no_picture(place: cast.Cast) -> None:
    one = attached(make_comment(place.post))
    client = Client()
    client.force_login(make_member(make_municipality("tydal"), "Per Tydal").user)
    assert client.get(reverse("inbox:attachment", args=[one.pk])).status_code == 404
    assert client.post(reverse("inbox:fetch_attachment", args=[one.pk])).status_code == 404


def test_place_and_camera_stay_behind_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kameramerke"
    exif.get_ifd(0x8825)[1] = "N"
    original = picture("JPEG", (60, 40), exif=exif, comment=b"hemmelig")
    assert b"Kameramerke" in original
    copy = pictures.shown_copy(io.BytesIO(original))
    drawn = Image.open(io.BytesIO(copy.data))
    assert (copy.width, copy.height) == (40, 60)
    assert not drawn.getexif()
    assert b"Kameramerke" not in copy.data
    assert b"hemmelig" not in copy.data


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10))) + chunk(b"IEND", b"")
    )
    with pytest.raises(pictures.TooManyPixelsError):
        pictures.shown_copy(io.BytesIO(bomb))
    with pytest.raises(pictures.TooManyPixelsError):
        pictures.media_type_of(io.BytesIO(bomb))


def practice_channel(simulator: Simulator) -> Channel:
    channel = cast.meraker(simulator.url).channel
    channel.account_id = ""
    channel.save()
    return channel


@pytest.mark.django_db
def test_a_practice_picture_goes_the_whole_way(simulator: Simulator) -> None:
    channel = practice_channel(simulator)
    comment = simulator.comment(simulator.post(), "Se på dette")
    simulator.api("POST", "/_control/pictures", json={"status": comment, "subject": "hull"}).raise_for_status()
    pulling.pull(channel.pk)
    one = fetched(Attachment.objects.get())
    assert (one.status, one.alt, one.width) == (AttachmentStatus.FETCHED, "Hull i vegen", 960)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        ({"kind": "status", "code": 404}, "GONE", "gone"),
        ({"kind": "status", "code": 503}, "WAITING", ""),
        ({"kind": "status", "code": 200, "body": "<script>1</script>"}, "REFUSED", "no_picture"),
        ({"kind": "status", "code": 302, "headers": {"Location": "http://10.0.0.1/x"}}, "REFUSED", "address"),
        ({"kind": "status", "code": 302, "headers": {"Location": "https://10.0.0.1/x"}}, "REFUSED", "private"),
        ({"kind": "trickle", "seconds": 20}, "WAITING", ""),
        ({"kind": "reset_before"}, "WAITING", ""),
    ],
)
def test_a_practice_platform_with_faults(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], status: str, reason: str
) -> None:
    monkeypatch.setattr(media, "SECONDS", 1.0)
    channel = practice_channel(simulator)
    comment = simulator.comment(simulator.post(), "Se på dette")
    simulator.api("POST", "/_control/pictures", json={"status": comment, "subject": "vann"}).raise_for_status()
    pulling.pull(channel.pk)
    simulator.fault(fault.pop("kind"), path="/media/", **fault)
    one = fetched(Attachment.objects.get())
    assert (one.status, one.reason) == (status, reason)
    simulator.clear_faults()


@pytest.mark.django_db
def test_where_pictures_lie_is_learned_with_the_introduction_and_used(
    place: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = AccountState(ok=True, account_id="7", max_length=500, media_hosts=("cdn.store.example",))
    channel = place.channel
    channel.account_id = ""
    monkeypatch.setattr(MastodonConnector, "check_account", lambda _self: state)
    pulling.introduce(channel, connect(channel))
    one = with_picture(place)
    one.channel.refresh_from_db()
    asked: list[media.Source] = []

    def fetch(url: str, into: io.BytesIO, source: media.Source) -> int:
        asked.append(source)
        return into.write(picture())

    monkeypatch.setattr(media, "fetch", fetch)
    assert fetched(one).status == AttachmentStatus.FETCHED
    assert asked[0].more_hosts == ("cdn.store.example",)
