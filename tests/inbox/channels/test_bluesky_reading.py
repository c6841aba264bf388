"""Bluesky against the practice platform: every comment comes in, once."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channels.base import (
    GONE,
    UNKNOWN,
    GoneError,
    Item,
    TransientError,
)
from inbox.channels.bluesky import BlueskyConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.bluesky_account import one_comment, texts
from tests.inbox.channels.bluesky_posts import (
    COMMENT,
    NEWS,
    POSTS,
    SESSION,
    THREAD,
    US,
    connector,
    news,
    post,
    signed_in,
    uri,
)
from tests.inbox.channels.pulls import TEXT, read_all
from tests.simulator_server import Simulator, running_simulator


@pytest.fixture
def meraker(simulator: Simulator) -> BlueskyConnector:
    return signed_in(simulator)


def test_every_comment_is_read_whether_it_names_us_or_not(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post()
    first = simulator.comment(root, "Når?")
    simulator.comment(first, "Det lurer jeg også på", mention=False)
    items, _ = read_all(meraker)
    assert texts(items) == ["Det lurer jeg også på", "Når?"]
    assert [item.parent_id == item.root_id for item in items] == [False, True]
    assert all(not item.own and not item.is_post and item.visibility == "public" for item in items)
    assert items[0].author_id.startswith("did:plc:")


def test_a_later_pull_brings_what_is_new(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post(created_at="2026-11-01T08:00:00+01:00")
    for number in range(5):
        simulator.comment(root, f"Gammel {number}", created_at=f"2026-11-02T08:0{number}:00+01:00")
    _, cursor = read_all(meraker)
    simulator.comment(root, "Ny")
    items, again = read_all(meraker, cursor)
    assert "Ny" in texts(items)
    assert read_all(meraker, again)[1] == again


def test_a_comment_dated_below_the_newest_is_still_found(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post(created_at="2026-11-01T08:00:00+01:00")
    simulator.comment(root, "Ny", created_at="2026-11-20T12:00:00+01:00")
    _, cursor = read_all(meraker)
    simulator.comment(root, "Sein", created_at="2026-11-20T11:30:00+01:00")
    simulator.comment(root, "Mye eldre", created_at="2026-11-10T11:30:00+01:00")
    assert "Sein" in texts(read_all(meraker, cursor)[0])
    (root_post,) = meraker.posts(5).items
    assert "Mye eldre" in texts(list(meraker.thread(root_post.external_id)))


def test_a_time_in_the_future_hides_nothing_that_comes_before_it(server: AnsweringServer):
    server.on(NEWS, news(post(indexedAt="9999-12-31T23:59:59.999Z")))
    ours = connector(server)
    _, cursor = read_all(ours)
    old = post(uri("3kold22222222"), indexedAt=datetime.now(UTC).isoformat())
    server.on(NEWS, news(post(indexedAt="9999-12-31T23:59:59.999Z"), cursor="9999-12-31T23:59:59.999Z"))
    server.on(f"{NEWS}?reasons=reply&reasons=mention&reasons=quote&limit=100&cursor=", news(old))
    assert uri("3kold22222222") in [item.external_id for item in read_all(ours, cursor)[0]]


@pytest.mark.parametrize("cursor", ["x", "2026-11-21T10:00:00.000Z", "2026-11-21T10:00:00.123456Z"])
def test_a_server_that_repeats_its_page_for_ever_is_left(cursor: str, server: AnsweringServer):
    server.on(NEWS, news(post(), cursor=cursor))
    items, _ = read_all(connector(server))
    assert {item.external_id for item in items} == {COMMENT}
    assert len(server.requests) < 5


def test_a_damaged_cursor_begins_from_the_beginning(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    for cursor in ("tull", "[]", '["x", 7, null]', "[1, 2, 3]", '["", "", ""]'):
        assert len(read_all(meraker, cursor)[0]) == 1


def test_other_news_is_passed_over(server: AnsweringServer):
    like = post(uri("3klike2222222")) | {"reason": "like"}
    page = news(post())
    page["notifications"].append(like)
    server.on(NEWS, page)
    assert [item.external_id for item in connector(server).pull("")] == [COMMENT]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(min_value=0, max_value=10**6), max_size=40),
    size=st.integers(min_value=1, max_value=30),
    seconds=st.integers(min_value=1, max_value=4),
)
def test_comments_at_any_depth_and_any_page_size_are_all_read(
    parents: list[int], size: int, seconds: int, tmp_path_factory: pytest.TempPathFactory
):
    """Many share a time; `seconds` says over how many they are spread."""
    running = running_simulator(tmp_path_factory.mktemp("bluesky"))
    running._app.config["BLUESKY_PAGE"] = size
    with running as url:
        simulator = Simulator(url)
        simulator.reset()
        written = [simulator.post(created_at="2026-11-01T08:00:00+01:00")]
        for number, choice in enumerate(parents):
            moment = f"2026-11-02T08:00:0{number * seconds // max(1, len(parents))}+01:00"
            parent = written[choice % len(written)]
            written.append(simulator.comment(parent, f"Nr. {number}", mention=False, created_at=moment))
        meraker = signed_in(simulator)
        items, cursor = read_all(meraker)
        items += read_all(meraker, cursor)[0]
        (root,) = meraker.posts(1).items
        items += [item for item in meraker.thread(root.external_id) if not item.is_post]
    assert {item.text for item in items} == {f"Nr. {number}" for number in range(len(parents))}
    assert len({item.external_id for item in items}) == len(parents)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_news_alone_are_complete_when_no_page_is_of_one_time(size: int, tmp_path_factory: pytest.TempPathFactory):
    running = running_simulator(tmp_path_factory.mktemp("bluesky"))
    running._app.config["BLUESKY_PAGE"] = size
    with running as url:
        simulator = Simulator(url)
        simulator.reset()
        root = simulator.post(created_at="2026-11-01T08:00:00+01:00")
        for number in range(20):
            moment = f"2026-11-02T08:00:{number // max(1, size - 1):02}+01:00"
            simulator.comment(root, f"Nr. {number}", created_at=moment)
        items, _ = read_all(signed_in(simulator))
    assert set(texts(items)) == {f"Nr. {number}" for number in range(20)}


def test_a_chain_deeper_than_a_tree_is_read_to_its_end(simulator: Simulator, meraker: BlueskyConnector):
    parent = simulator.post()
    for number in range(130):
        parent = simulator.comment(parent, f"Nr. {number}", mention=False)
    (root,) = meraker.posts(1).items
    page = meraker.thread(root.external_id)
    assert texts(list(page)) == ["Vi brøyter hele natta.", *(f"Nr. {number}" for number in range(130))]
    assert len({item.root_id for item in page}) == 1


def test_a_thread_is_found_from_any_of_its_comments(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post()
    comment = simulator.comment(root, "A")
    simulator.comment(comment, "B")
    simulator.comment(root, "C")
    nested = next(item for item in meraker.pull("") if item.text == "B")
    assert texts(list(meraker.thread(nested.external_id))) == ["Vi brøyter hele natta.", "A", "B", "C"]


def test_the_same_comment_reads_the_same_in_news_thread_and_by_id(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post(), "Se https://kommune.example/veg\n\nNår?")
    (item,) = meraker.pull("").items
    (_, inside) = meraker.thread(item.external_id).items
    by_id = meraker.refresh([item.external_id])[item.external_id]
    assert isinstance(by_id, Item)
    assert item.text == "Se https://kommune.example/veg\n\nNår?"
    assert item.text_raw.startswith("@meraker.test ")
    for name in ("text", "text_raw", "author_name", "parent_id", "root_id", "created_at", "language", "permalink"):
        assert getattr(item, name) == getattr(inside, name) == getattr(by_id, name)


def test_edits_show_as_a_new_version_and_deletions_as_gone(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post()
    kept, edited, deleted = (simulator.comment(root, f"Nr. {number}") for number in range(3))
    before = {item.text: item for item in meraker.pull("")}
    simulator.edit(edited, "Endret")
    simulator.delete(deleted)
    ids = {name: item.external_id for name, item in before.items()}
    found = meraker.refresh(list(ids.values()))
    changed = found[ids["Nr. 1"]]
    assert found[ids["Nr. 2"]] is GONE
    assert isinstance(changed, Item)
    assert changed.text == "Endret"
    assert changed.raw["cid"] != before["Nr. 1"].raw["cid"]
    assert found[ids["Nr. 0"]].raw["cid"] == before["Nr. 0"].raw["cid"]
    assert meraker.refresh(["tull", "../x"]) == {"tull": UNKNOWN, "../x": UNKNOWN}
    assert kept


def test_our_reply_under_a_deleted_comment_is_still_read(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    ours = meraker.publish(parent, TEXT, "k1", "nb")
    simulator.delete(comment)
    found = meraker.thread(ours.external_id)
    assert texts(list(found)) == ["Vi brøyter hele natta.", TEXT]
    with pytest.raises(GoneError):
        meraker.thread(parent.external_id)
    assert texts(list(meraker.thread(found.items[0].external_id))) == ["Vi brøyter hele natta."]


def test_more_than_one_call_takes_are_asked_in_several(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post()
    simulator.comment_all([{"parent": root, "text": f"Nr. {number}"} for number in range(60)])
    items, _ = read_all(meraker)
    found = meraker.refresh([item.external_id for item in items])
    assert all(isinstance(one, Item) for one in found.values())
    assert len(found) == 60


def test_a_fault_on_the_way_leaves_unknown_and_never_gone(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post()
    simulator.comment(root, "A")
    deleted = simulator.comment(root, "B")
    ids = {item.text: item.external_id for item in meraker.pull("")}
    simulator.delete(deleted)
    simulator.fault("error_before", path=THREAD)
    assert meraker.refresh(list(ids.values()))[ids["B"]] is UNKNOWN
    simulator.fault("error_before", path="/xrpc/")
    with pytest.raises(TransientError):
        meraker.refresh(list(ids.values()))


def test_a_blocked_post_is_unknown_and_a_missing_one_gone(server: AnsweringServer):
    server.on("/xrpc/com.atproto.server.getSession", SESSION)
    server.on(POSTS, {"posts": []})
    server.on(THREAD, {"thread": {"$type": "app.bsky.feed.defs#blockedPost", "uri": COMMENT, "blocked": True}})
    assert connector(server).refresh([COMMENT]) == {COMMENT: UNKNOWN}
    server.on(THREAD, {"thread": {"$type": "app.bsky.feed.defs#notFoundPost", "uri": COMMENT, "notFound": True}})
    assert connector(server).refresh([COMMENT]) == {COMMENT: GONE}
    server.on("/", {"error": "NotFound", "message": "x"}, 400)
    with pytest.raises(GoneError):
        connector(server).refresh([COMMENT])


def test_our_posts_are_posts_and_our_answers_are_not(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post("Den første"))
    simulator.post("Den andre")
    meraker.publish(one_comment(meraker), TEXT, "k1", "nb")
    assert texts(list(meraker.posts(10))) == ["Den andre", "Den første"]
    assert texts(list(meraker.posts(1))) == ["Den andre"]


def test_a_server_that_gives_more_posts_than_asked_for_is_cut(server: AnsweringServer):
    ours = [{"post": post(uri(f"3kpost{number:06}2"[:13], US), parent="")} for number in range(5)]
    server.on("/xrpc/app.bsky.feed.getAuthorFeed", {"feed": ours})
    assert len(connector(server).posts(3).items) == 3
