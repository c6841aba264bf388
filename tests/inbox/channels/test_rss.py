"""Feeds of comments: read, never written to; and the proof that a whole connector is short."""

import base64
import inspect
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.channels import CONNECTORS, connector_for, rss
from inbox.channels.base import (
    UNKNOWN,
    AccountProblem,
    AuthExpiredError,
    ChannelError,
    Connector,
    GoneError,
    Item,
    Page,
    ParentRef,
    ProtocolError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from inbox.channels.http import Answer
from inbox.channels.rss import FeedConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.reference import lines_of, needs_reference

CASES = lines_of("hostile/responses.open.jsonl")
THREADS = 'xmlns:thr="http://purl.org/syndication/thread/1.0"'
ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" {THREADS}><title>Kommentarer</title>
<entry><id>tag:kommune.example,2026:2</id><author><name>Kari Prøvestad</name></author><title>Re: Brøyting</title>
<link href="https://kommune.example/sak/1#2"/><published>2026-11-21T10:00:00+01:00</published>
<updated>2026-11-21T11:30:00Z</updated><thr:in-reply-to ref="tag:kommune.example,2026:1"/>
<content type="html">
&lt;p&gt;Når?&lt;/p&gt;&lt;p&gt;Se &lt;b&gt;veien&lt;/b&gt;&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;</content></entry>
<entry><id>tag:kommune.example,2026:1</id><title>Brøyting</title><updated>2026-11-21T08:00:00Z</updated></entry></feed>"""
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>
<item><title>Kommentar</title><link>https://kommune.example/1</link><guid>g1</guid>
<pubDate>Sat, 21 Nov 2026 10:00:00 +0100</pubDate><description>Takk &amp;amp; hei</description></item>
<item><link>https://kommune.example/2</link><description>Uten id</description></item><item/></channel></rss>"""


def feed(server: AnsweringServer, body: str = ATOM, **headers: str) -> FeedConnector:
    server.on("/kommentarer", body.encode(), 200, {name.replace("_", "-"): value for name, value in headers.items()})
    return FeedConnector(f"{server.url}/kommentarer")


def test_atom_with_threads_is_read(server: AnsweringServer):
    page = feed(server).pull("")
    item, post = page.items
    assert (item.external_id, item.parent_id) == ("tag:kommune.example,2026:2", "tag:kommune.example,2026:1")
    assert (item.root_id, post.root_id, post.parent_id) == (post.external_id, post.external_id, None)
    assert (item.author_name, item.text) == ("Kari Prøvestad", "Når?\n\nSe veien")
    assert item.created_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert item.edited_at == datetime(2026, 11, 21, 11, 30, tzinfo=UTC)
    assert (post.text, post.created_at, post.edited_at) == ("Brøyting", datetime(2026, 11, 21, 8, tzinfo=UTC), None)
    assert item.permalink == "https://kommune.example/sak/1#2"
    assert page.raw == ATOM.encode()
    assert not any(one.own or one.is_post for one in page)


def test_rss_is_read_and_an_entry_with_nothing_in_it_is_kept_aside(server: AnsweringServer):
    page = feed(server, RSS).pull("")
    assert [(item.external_id, item.text) for item in page] == [
        ("g1", "Takk & hei"),
        ("https://kommune.example/2", "Uten id"),
    ]
    assert len(page.unreadable) == 1


def test_only_what_is_new_is_asked_for(server: AnsweringServer):
    connector = feed(server, ETag='"a1"', Last_Modified="Sat, 21 Nov 2026 10:00:00 GMT")
    cursor = connector.pull("").next_cursor
    server.on("/kommentarer", b"", 304)
    again = connector.pull(cursor)
    assert (again.items, again.next_cursor, again.more) == ((), cursor, False)
    asked = server.requests[-1][0]
    assert 'If-None-Match: "a1"' in asked
    assert "If-Modified-Since: Sat, 21 Nov 2026 10:00:00 GMT" in asked


@pytest.mark.parametrize("cursor", ["tull", "[]", '{"x":1}', '{"etag":'])
def test_a_damaged_cursor_asks_for_everything(cursor: str, server: AnsweringServer):
    assert len(feed(server).pull(cursor).items) == 2
    assert "If-None-Match" not in server.requests[0][0]


def test_a_feed_cut_in_the_middle_gives_what_came_and_is_asked_for_whole_again(server: AnsweringServer):
    page = feed(server, ATOM[:-60], ETag='"a1"').pull("")
    assert page.items[0].text == "Når?\n\nSe veien"
    assert page.next_cursor == ""


def test_what_dropped_out_of_the_feed_is_unknown_and_never_gone(server: AnsweringServer):
    connector = feed(server)
    known, other = "tag:kommune.example,2026:2", "tag:kommune.example,2026:0"
    found = connector.refresh([known, other])
    assert isinstance(found[known], Item)
    assert found[other] is UNKNOWN
    assert len(connector.thread("tag:kommune.example,2026:1").items) == 2


def test_nothing_can_be_written(server: AnsweringServer):
    connector = feed(server)
    parent = ParentRef("g1")
    for act in (lambda: connector.publish(parent, "x", "k", "nb"), lambda: connector.like("g1")):
        with pytest.raises(RejectedError):
            act()
    with pytest.raises(RejectedError):
        connector.delete("g1")
    assert connector.find_published(parent, "x", datetime.now(UTC)) is None
    assert connector.count("x").too_long
    assert not connector.capabilities.reply
    assert server.requests == []


ERRORS = [
    (401, AuthExpiredError, AccountProblem.AUTH_EXPIRED),
    (404, GoneError, AccountProblem.NOT_UNDERSTOOD),
    (429, RateLimitedError, AccountProblem.UNREACHABLE),
    (503, TransientError, AccountProblem.UNREACHABLE),
    (302, ProtocolError, AccountProblem.NOT_UNDERSTOOD),
    (200, ProtocolError, AccountProblem.NOT_UNDERSTOOD),
]


@pytest.mark.parametrize(("status", "kind", "problem"), ERRORS, ids=[str(one[0]) for one in ERRORS])
def test_errors_are_told_apart(status: int, kind: type[ChannelError], problem: AccountProblem, server: AnsweringServer):
    server.on("/", b"<html>hei</html>", status)
    with pytest.raises(kind):
        FeedConnector(server.url).pull("")
    assert FeedConnector(server.url).check_account().problem is problem


def test_a_feed_that_can_be_read_is_a_good_account(server: AnsweringServer):
    state = feed(server).check_account()
    assert (state.ok, state.account_id) == (True, f"{server.url}/kommentarer")


@needs_reference
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_hostile_answer_is_no_feed(case: dict[str, Any], server: AnsweringServer):
    body = base64.b64decode(case["body_b64"])
    server.on("/", body, case["status"], case["headers"] | {"Content-Length": str(len(body))})
    with pytest.raises(ChannelError):
        FeedConnector(server.url).pull("")
    assert len(server.requests) == 1


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
OUTSIDE = '<!ENTITY a11 SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("entities", ['<!ENTITY a0 "ha">' + LAUGHS, OUTSIDE], ids=["laughs", "a file of ours"])
def test_entities_neither_grow_nor_read_files(entities: str, server: AnsweringServer):
    body = RSS.replace('<rss version="2.0">', f'<!DOCTYPE rss [{entities}]><rss version="2.0">').replace(
        "Kommentar", "&a11;"
    )
    try:
        found = feed(server, body).pull("")
    except ProtocolError:
        return
    assert all(len(json.dumps(item.raw)) < 10_000 and "root:" not in json.dumps(item.raw) for item in found)


class Scripted:
    """Stands in for a session."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def get(self, path: str, **_: object) -> Answer:
        return Answer(200, {}, self.body)


TAGS = ["<item>", "</item>", "<guid>", "</guid>", "<title>", "<link>", "<b>", "<description>", "</description>"]
ODD = ["<thr:in-reply-to>x</thr:in-reply-to>", "&#0;", "<pubDate>Sat, 31 Dec 99999 10:00:60</pubDate>"]
PIECES = st.sampled_from([*TAGS, *ODD, "<content:encoded>"])


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(PIECES | st.text(st.characters(codec="utf-8")), max_size=12), tail=st.binary(max_size=20))
def test_no_bytes_raise_anything_but_a_channel_error(pieces: list[str], tail: bytes):
    body = f'<rss version="2.0" {THREADS}><channel><item><guid>g</guid>{"".join(pieces)}'.encode() + tail
    connector = FeedConnector("https://kommune.example/feed")
    connector._session = Scripted(body)  # type: ignore[assignment]
    try:
        found: Page | ChannelError = connector.pull("")
    except ChannelError as error:
        found = error
    assert found.raw == body


# The recipe


def test_the_smallest_whole_connector_is_short():
    source = Path(inspect.getfile(rss)).read_text(encoding="utf-8")
    assert len(source.splitlines()) < 120


# Most platforms take any token; Bluesky's is the session a sign-in gave.
SESSION = {"accessJwt": "a", "refreshJwt": "r", "did": "did:plc:prove", "handle": "prove.test"}
TOKENS = {"bluesky": json.dumps(SESSION)}


@pytest.mark.parametrize("platform", sorted(CONNECTORS))
def test_every_connector_has_the_whole_interface_and_takes_the_same_arguments(platform: str):
    connector = connector_for(platform, "https://platform.example", TOKENS.get(platform, "t"), "1")
    asked = {name: told for name, told in vars(Connector).items() if not name.startswith("_")}
    for name, told in asked.items():
        assert hasattr(connector, name), name
        if inspect.isfunction(told):
            taken = list(inspect.signature(told).parameters.values())[1:]
            named = {one.name: one.name for one in taken if one.kind is inspect.Parameter.KEYWORD_ONLY}
            inspect.signature(getattr(connector, name)).bind(
                *(one.name for one in taken if one.name not in named), **named
            )
