"""Bluesky against the practice platform: comments in, replies out, each exactly once."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channels import connector_for
from inbox.channels.base import (
    GONE,
    UNKNOWN,
    AccountProblem,
    AuthExpiredError,
    Connector,
    GoneError,
    Item,
    ParentRef,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.bluesky import BlueskyConnector
from inbox.channels.bluesky_session import Tokens, sign_in
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.bluesky_posts import (
    COMMENT,
    NEWS,
    POSTS,
    PUT,
    ROOT,
    SESSION,
    THREAD,
    US,
    connector,
    news,
    post,
    signed_in,
    uri,
)
from tests.simulator_server import TOKENS, Simulator, running_simulator

TEXT = "Brøytebilen kommer før klokka sju."
REFRESH = "/xrpc/com.atproto.server.refreshSession"


@pytest.fixture
def meraker(simulator: Simulator) -> BlueskyConnector:
    return signed_in(simulator)


def read_all(connector: Connector, cursor: str = "") -> tuple[list[Item], str]:
    items: list[Item] = []
    for _ in range(300):
        page = connector.pull(cursor)
        items += page.items
        cursor = page.next_cursor
        if not page.more:
            return items, cursor
    raise AssertionError("there was no end to it")


def texts(items: list[Item]) -> list[str]:
    return [item.text for item in items]


def one_comment(meraker: BlueskyConnector) -> ParentRef:
    (item,) = meraker.pull("").items
    return ParentRef.of(item)


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


# The session


def test_nobody_signs_in_to_do_something(server: AnsweringServer):
    server.on("/xrpc/com.atproto.server.createSession", SESSION | {"accessJwt": "a1", "refreshJwt": "r1"})
    server.on(NEWS, news())
    token = sign_in(server.url, "kommune.test", "app-password")
    for _ in range(3):
        BlueskyConnector(server.url, token).pull("")
    assert [path.split(".")[-1] for path in server.paths] == [
        "createSession",
        *["listNotifications?reasons=reply&reasons=mention&reasons=quote&limit=100"] * 3,
    ]
    assert "app-password" not in token
    assert "a1" not in repr(Tokens.read(token))


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidToken"])
def test_an_ended_session_is_renewed_once_and_handed_out(code: str, simulator: Simulator):
    kept: list[str] = []
    meraker = signed_in(simulator, keep=kept.append)
    simulator.fault("status", path=NEWS, code=400, body={"error": code, "message": "x"}, times=1)
    simulator.comment(simulator.post())
    assert len(meraker.pull("").items) == 1
    (new,) = kept
    assert len(BlueskyConnector(simulator.url, new).pull("").items) == 1


def test_a_reply_is_sent_again_only_because_the_token_was_refused(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.fault("status", path=PUT, code=400, body={"error": "ExpiredToken", "message": "x"}, times=1)
    meraker.publish(parent, TEXT, "k1", "nb")
    assert len(simulator.book("meraker")) == 1


def test_a_session_that_cannot_be_renewed_needs_a_person(simulator: Simulator, meraker: BlueskyConnector):
    simulator.fault("status", path="/xrpc/", code=400, body={"error": "ExpiredToken", "message": "x"})
    with pytest.raises(AuthExpiredError):
        meraker.pull("")
    assert meraker.check_account().problem is AccountProblem.AUTH_EXPIRED


@pytest.mark.parametrize("kind", ["error_before", "reset_after"])
def test_a_renewal_that_fails_is_tried_later_and_the_write_was_not_done(
    kind: str, simulator: Simulator, meraker: BlueskyConnector
):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.fault("status", path=PUT, code=400, body={"error": "ExpiredToken", "message": "x"})
    simulator.fault(kind, path=REFRESH)
    with pytest.raises(TransientError):
        meraker.publish(parent, TEXT, "k1", "nb")
    assert simulator.book("meraker") == []


def test_many_threads_renew_one_session_once(simulator: Simulator):
    simulator.comment(simulator.post())
    kept: list[str] = []
    token = sign_in(simulator.url, "meraker.test", TOKENS["meraker"])
    ours = BlueskyConnector(simulator.url, token, keep_token=kept.append)
    match = {"token": Tokens.read(token).access}
    simulator.fault("status", code=400, body={"error": "ExpiredToken", "message": "x"}, match=match)
    simulator.fault("delay", path=REFRESH, seconds=0.2)
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(len(ours.pull("").items))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
    assert len(kept) == 1


def test_what_is_stored_must_be_a_session():
    for stored in ("", "app-password", "[]", '{"accessJwt": 1}', '{"accessJwt": "", "refreshJwt": ""}'):
        with pytest.raises(AuthExpiredError):
            BlueskyConnector("https://bsky.example", stored)
    with pytest.raises(RejectedError):
        BlueskyConnector("http://bsky.example", str(Tokens("a", "r")))


def test_a_wrong_app_password_is_told(simulator: Simulator):
    with pytest.raises(AuthExpiredError):
        sign_in(simulator.url, "meraker.test", "feil")
    simulator.fault("error_after", path="/xrpc/com.atproto.server.createSession")
    with pytest.raises(TransientError):
        sign_in(simulator.url, "meraker.test", TOKENS["meraker"])


# Reading


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


# Writing


def test_a_reply_goes_under_the_comment_with_its_version_named(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    published = meraker.publish(parent, TEXT, "k1", "nn")
    (stands,) = simulator.book("meraker")
    assert (stands["text"], stands["in_reply_to_id"], stands["language"]) == (TEXT, comment, "nn")
    (item,) = meraker.refresh([published.external_id]).values()
    assert isinstance(item, Item)
    assert item.own
    assert item.created_at == published.created_at
    assert item.raw["record"]["reply"]["parent"] == {"uri": parent.external_id, "cid": parent.raw["cid"]}
    assert item.raw["record"]["reply"]["root"]["uri"] == parent.root_id
    assert requests.get(published.permalink, timeout=5).ok


def test_a_reply_names_the_version_that_was_read(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.edit(comment, "Endret etterpå")
    ours = meraker.publish(parent, TEXT, "k1", "nb").external_id
    assert meraker.refresh([ours])[ours].raw["record"]["reply"]["parent"]["cid"] == parent.raw["cid"]


def test_links_and_names_are_live_by_bytes(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post(), author="Kari Prøvestad")
    parent = one_comment(meraker)
    text = f"Æøå 👩‍👩‍👧‍👦 @{parent.author_handle} og @tydal.test, ikke @ingen.test: https://kommune.example/å?b=1."
    ours = meraker.publish(parent, text, "k1", "nb").external_id
    facets = meraker.refresh([ours])[ours].raw["record"]["facets"]
    written = text.encode()
    parts = [written[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in facets]
    assert parts == [f"@{parent.author_handle}", "@tydal.test", "https://kommune.example/å?b=1"]
    assert facets[0]["features"][0]["did"] == parent.author_id


def test_the_same_key_twice_is_one_reply_also_from_many_threads(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    seen: list[str] = []
    threads = [
        threading.Thread(target=lambda: seen.append(meraker.publish(parent, TEXT, "k1", "nb").external_id))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 6
    assert len(set(seen)) == 1
    assert len(simulator.book("meraker")) == 1


def test_the_same_key_never_overwrites_another_text(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    meraker.publish(parent, TEXT, "k1", "nb")
    with pytest.raises(RejectedError):
        meraker.publish(parent, "Noe annet", "k1", "nb")
    meraker.publish(parent, "Noe annet", "k2", "nb")
    assert [one["text"] for one in simulator.book("meraker")] == [TEXT, "Noe annet"]


@pytest.mark.parametrize("kind", ["error_after", "reset_after", "malformed"])
def test_a_reply_whose_answer_was_lost_is_found_and_not_doubled(
    kind: str, simulator: Simulator, meraker: BlueskyConnector
):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.fault(kind, method="POST", path=PUT, times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    found = meraker.find_published(parent, TEXT, datetime.now(UTC))
    assert found is not None
    assert meraker.publish(parent, TEXT, "k1", "nb").external_id == found.external_id
    assert len(simulator.book("meraker")) == 1
    assert meraker.refresh([found.external_id])[found.external_id].text == TEXT


@pytest.mark.parametrize("kind", ["error_before", "reset_before"])
def test_a_reply_that_never_was_written_is_not_found(kind: str, simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.fault(kind, method="POST", path=PUT, times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    assert meraker.find_published(parent, TEXT, an_hour_ago()) is None
    assert simulator.book("meraker") == []


def test_the_look_is_for_this_parent_this_time_and_a_free_id(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post()
    for number in range(2):
        simulator.comment(root, f"Nr. {number}")
    here, there = (ParentRef.of(item) for item in meraker.pull(""))
    ours = meraker.publish(here, TEXT, "k1", "nb")
    assert meraker.find_published(there, TEXT, an_hour_ago()) is None
    assert meraker.find_published(here, TEXT + " Mer.", an_hour_ago()) is None
    assert meraker.find_published(here, TEXT, an_hour_ago(), {ours.external_id}) is None
    assert meraker.find_published(here, TEXT, datetime.now(UTC) + timedelta(minutes=6)) is None
    assert meraker.find_published(here, "  " + TEXT.replace(" ", "  "), an_hour_ago()) == ours


def test_our_reply_is_found_although_the_comment_is_gone_and_news_lag(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    ours = meraker.publish(parent, TEXT, "k1", "nb")
    simulator.delete(comment)
    simulator.fault("read_lag", path="/xrpc/app.bsky", ms=60_000)
    assert meraker.find_published(parent, TEXT, an_hour_ago()) == ours


def test_a_citizen_who_repeats_our_words_is_not_us(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.comment(comment, TEXT, mention=False)
    assert meraker.find_published(parent, TEXT, an_hour_ago()) is None


def test_a_look_that_was_not_complete_never_says_none(server: AnsweringServer):
    server.on("/xrpc/com.atproto.repo.listRecords", {"records": [{"uri": 7}]})
    with pytest.raises(Exception, match="may be among"):
        connector(server).find_published(ParentRef(COMMENT), TEXT, an_hour_ago())
    server.on("/xrpc/com.atproto.repo.listRecords", {"records": []})
    server.on(THREAD, b"", 500)
    with pytest.raises(TransientError):
        connector(server).find_published(ParentRef(COMMENT), TEXT, an_hour_ago())
    server.on(THREAD, {"error": "NotFound", "message": "x"}, 400)
    assert connector(server).find_published(ParentRef(COMMENT), TEXT, an_hour_ago()) is None


def test_an_answer_to_something_deleted_is_gone(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.delete(comment)
    for act in (lambda: meraker.publish(parent, TEXT, "k1", "nb"), lambda: meraker.like(parent.external_id)):
        with pytest.raises(GoneError):
            act()
    with pytest.raises(GoneError):
        meraker.hide(parent.external_id)


@pytest.mark.parametrize("text", ["æ" * 300, "👨‍👩‍👧‍👦" * 120])
def test_a_text_at_a_limit_passes_and_one_more_is_rejected(text: str, simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    assert not meraker.count(text).too_long
    meraker.publish(parent, text, "k1", "nb")
    longer = text + text[-1]
    assert meraker.count(longer).too_long
    for number, bad in enumerate((longer, "", " \n")):
        with pytest.raises(RejectedError):
            meraker.publish(parent, bad, f"k{number + 2}", "nb")
    assert len(simulator.book("meraker")) == 1


def test_hiding_and_showing_again(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post()
    for name in "AB":
        simulator.comment(root, name)
    ids = {item.text: item.external_id for item in meraker.pull("")}

    def hidden() -> set[str]:
        return {item.text for item in meraker.thread(ids["A"]) if item.hidden}

    for _ in range(2):
        meraker.hide(ids["A"])
    meraker.hide(ids["B"])
    assert hidden() == {"A", "B"}
    meraker.unhide(ids["A"])
    meraker.unhide(ids["A"])
    assert hidden() == {"B"}


def test_hiding_does_not_lose_what_somebody_else_hid_meanwhile(server: AnsweringServer):
    gate = {"post": ROOT, "hiddenReplies": [uri("3kother222222")], "allow": []}
    server.on(POSTS, {"posts": [post()]})
    server.on("/xrpc/com.atproto.repo.getRecord", {"uri": "x", "cid": "bafygate", "value": gate})
    server.on(PUT, {"error": "InvalidSwap", "message": "x"}, 400)
    with pytest.raises(TransientError):
        connector(server).hide(COMMENT)
    sent = json.loads(server.requests[-1][1])
    assert sent["swapRecord"] == "bafygate"
    assert sent["record"] == gate | {"hiddenReplies": [uri("3kother222222"), COMMENT]}


def test_a_full_list_and_somebody_elses_thread_are_for_a_person(server: AnsweringServer):
    full = {"hiddenReplies": [uri(f"3kfull{number:07}") for number in range(300)]}
    server.on(POSTS, {"posts": [post()]})
    server.on("/xrpc/com.atproto.repo.getRecord", {"uri": "x", "cid": "bafygate", "value": full})
    with pytest.raises(RejectedError, match="300"):
        connector(server).hide(COMMENT)
    foreign = post()
    foreign["record"]["reply"]["root"]["uri"] = uri("3kforeign2222")
    server.on(POSTS, {"posts": [foreign]})
    with pytest.raises(RejectedError, match="our own posts"):
        connector(server).hide(COMMENT)


def test_liking_and_deleting(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    for _ in range(2):
        meraker.like(parent.external_id)
    assert meraker.refresh([parent.external_id])[parent.external_id].raw["likeCount"] == 1
    ours = meraker.publish(parent, TEXT, "k1", "nb").external_id
    meraker.delete(ours)
    with pytest.raises(GoneError):
        meraker.delete(ours)
    with pytest.raises(RejectedError):
        meraker.delete(parent.external_id)
    assert meraker.refresh([ours, parent.external_id])[ours] is GONE


def test_an_id_from_nowhere_is_never_put_into_a_call(server: AnsweringServer):
    server.on("/", b"{}")
    ours = connector(server)
    for strange in ("../x", "", "7", "at://x/y/z", f"at://{US}/app.bsky.feed.like/3k", COMMENT + "?x=1", "a" * 300):
        with pytest.raises(RejectedError):
            ours.publish(ParentRef(strange), TEXT, "k", "nb")
        for act in (ours.like, ours.delete, ours.thread, ours.hide, ours.unhide):
            with pytest.raises(RejectedError):
                act(strange)
    assert server.requests == []


def test_the_account_is_checked(simulator: Simulator, meraker: BlueskyConnector):
    state = meraker.check_account()
    assert (state.ok, state.handle, state.name, state.max_length) == (True, "meraker.test", "Meråker kommune", 300)
    tydal = sign_in(simulator.url, "tydal.test", TOKENS["tydal"])
    other = BlueskyConnector(simulator.url, tydal, state.account_id).check_account()
    assert (other.ok, other.problem) == (False, AccountProblem.WRONG_ACCOUNT)
    bad = BlueskyConnector(simulator.url, str(Tokens("feil", "feil"))).check_account()
    assert bad.problem is AccountProblem.AUTH_EXPIRED
    simulator.fault("error_before", path="/xrpc/")
    assert meraker.check_account().problem is AccountProblem.UNREACHABLE


def test_a_deactivated_account_may_not_act(server: AnsweringServer):
    server.on("/", SESSION | {"active": False})
    assert connector(server).check_account().problem is AccountProblem.PERMISSION_MISSING


def test_a_rate_limit_says_how_long_in_seconds_since_1970(server: AnsweringServer):
    reset = int((datetime.now(UTC) + timedelta(seconds=90)).timestamp())
    told = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(reset)}
    server.on("/", {"error": "RateLimitExceeded", "message": "x"}, 429, told)
    with pytest.raises(RateLimitedError) as caught:
        connector(server).pull("")
    assert 80 < caught.value.retry_after <= 91
    server.on(NEWS, news(post()), headers=told)
    assert 80 < connector(server).pull("").throttle_seconds <= 91


def test_the_registry_knows_it(simulator: Simulator):
    token = sign_in(simulator.url, "meraker.test", TOKENS["meraker"])
    assert connector_for("bluesky", simulator.url, token).check_account().ok
