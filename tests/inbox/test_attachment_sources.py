"""Where pictures are fetched from: the platform's own addresses, never anything inside our network."""

import io

import pytest

from inbox.channels import http, media
from inbox.channels.attachment_hosts import where_mastodon_keeps
from inbox.channels.base import RejectedError
from inbox.channels.facebook import post_item
from inbox.channels.internet import is_refused_ip
from tests.simulator_server import Simulator

URL = "https://files.snabelen.example/media/1.png"
MASTODON = media.Source("mastodon", "https://snabelen.example")
META = media.Source("facebook", "https://graph.facebook.com")
PRACTICE = media.Source("mastodon", "http://127.0.0.1:8361")


@pytest.mark.parametrize(
    ("url", "source", "expected"),
    [
        ("https://snabelen.example/1.png", MASTODON, None),
        ("https://files.snabelen.example/1.png", MASTODON, None),
        ("https://scontent.xx.fbcdn.net/1.jpg", META, None),
        ("http://127.0.0.1:8361/media/1.png", PRACTICE, None),
        ("https://snabelen.example.evil.example/1.png", MASTODON, "host"),
        ("https://evilsnabelen.example/1.png", MASTODON, "host"),
        ("https://graph.facebook.com/1.jpg", META, "host"),
        ("http://files.snabelen.example/1.png", MASTODON, "address"),
        ("https://snabelen.example:8443/1.png", MASTODON, "address"),
        ("https://ola:pass@snabelen.example/1.png", MASTODON, "address"),
        ("https://snabelen.example:x/1.png", MASTODON, "address"),
        ("file:///etc/passwd", MASTODON, "address"),
        ("https://169.254.169.254/latest/meta-data", MASTODON, "private"),
        ("https://[::ffff:169.254.169.254]/", MASTODON, "private"),
        ("https://[::1]/", MASTODON, "private"),
        ("https://127.0.0.1/1.png", MASTODON, "private"),
        ("http://127.0.0.1:5432/", PRACTICE, "address"),
        ("http://127.0.0.1:8361/1.png", MASTODON, "address"),
    ],
)
def test_only_the_platforms_own_addresses_are_asked(url: str, source: media.Source, expected: str | None) -> None:
    assert media.refusal(url, source) == expected


PRIVATE = (
    "10.0.0.1 172.16.3.4 192.168.1.1 169.254.169.254 127.0.0.1 0.0.0.0 100.64.0.1 224.0.0.1 ::1 fe80::1%eth0 fd00::1"
    " ::ffff:10.0.0.1 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1"
)


@pytest.mark.parametrize("address", PRIVATE.split())
def test_addresses_outside_the_public_internet_are_refused(address: str) -> None:
    assert is_refused_ip(address)


def test_public_addresses_are_not_refused() -> None:
    assert not is_refused_ip("193.212.1.10")
    assert not is_refused_ip("2a02:2121::1")


def test_a_redirect_to_the_metadata_address_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def download(url: str, *_: object, **__: object) -> http.Download:
        asked.append(url)
        return http.Download(302, {"location": "http://169.254.169.254/latest/meta-data/"}, 0)

    monkeypatch.setattr(http, "download", download)
    with pytest.raises(RejectedError):
        media.fetch(URL, io.BytesIO(), MASTODON)
    assert asked == [URL]


def test_at_most_three_redirects_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def download(url: str, *_: object, **__: object) -> http.Download:
        asked.append(url)
        return http.Download(302, {"location": f"/{len(asked)}.png"}, 0)

    monkeypatch.setattr(http, "download", download)
    with pytest.raises(RejectedError) as refused:
        media.fetch(URL, io.BytesIO(), MASTODON)
    assert refused.value.code == "redirects"
    assert len(asked) == 4


def test_a_name_that_leads_home_is_refused_before_a_connection_is_made() -> None:
    with pytest.raises(RejectedError) as refused:
        http.download("https://localhost:9/1.png", io.BytesIO(), limit=10, seconds=5)
    assert refused.value.code == "private"


def test_a_body_without_end_is_broken_off_at_the_limit(simulator: Simulator) -> None:
    simulator.fault("status", path="/media/", code=200, body="x" * 300_000)
    into = io.BytesIO()
    with pytest.raises(RejectedError) as refused:
        http.download(f"{simulator.url}/media/1.png", into, limit=100_000, seconds=5, loopback=True)
    assert refused.value.code == "too_large"
    assert len(into.getvalue()) <= 100_000
    simulator.clear_faults()


def test_a_mastodon_server_that_keeps_pictures_elsewhere_is_believed_about_where() -> None:
    server = {"thumbnail": {"url": "https://files.snabelen.example/site_uploads/1.png"}}
    account = {"avatar": "https://cdn.store.example/avatars/1.png", "header": "https://snabelen.example/missing.png"}
    assert where_mastodon_keeps(server, account) == ("cdn.store.example", "files.snabelen.example", "snabelen.example")
    for bad in ("http://files.example/1.png", "https://10.0.0.1/1.png", "https://localhost/1.png", "x", None, 4):
        assert where_mastodon_keeps({"thumbnail": bad}, {"avatar": bad}) == ()
    learned = media.Source("mastodon", "https://snabelen.example", ("cdn.store.example",))
    assert media.refusal("https://cdn.store.example/media/1.png", learned) is None
    assert media.refusal("https://cdn.store.example/media/1.png", MASTODON) == media.Refusal.HOST


def test_a_facebook_post_tells_its_picture_itself_and_not_only_the_page_it_stands_on() -> None:
    media_told = {"image": {"src": "https://scontent.xx.fbcdn.net/1.jpg", "width": 1, "height": 1}}
    told = {
        "media_type": "photo",
        "type": "photo",
        "url": "https://www.facebook.com/photo.php?fbid=1",
        "title": "Vegen",
    }
    raw = {"id": "1_2", "from": {"id": "1"}, "attachments": {"data": [{**told, "media": media_told}]}}
    (one,) = post_item(raw, "1").attachments
    assert (one.url, one.alt) == ("https://scontent.xx.fbcdn.net/1.jpg", "Vegen")
