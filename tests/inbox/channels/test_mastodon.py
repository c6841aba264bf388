"""Mastodon against the practice platform: comments in, replies out, each exactly once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from inbox.channels.base import (
    GONE,
    UNKNOWN,
    AccountProblem,
    Connector,
    GoneError,
    Item,
    ParentRef,
    ProtocolError,
    Published,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.mastodon import MastodonConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.statuses import US, account, mention, our_reply, status
from tests.simulator_server import TOKENS, Simulator

TEXT = "Brøytebilen kommer før klokka sju."
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)  # an hour before the made statuses


def read_all(connector: Connector, cursor: str = "") -> tuple[list[Item], str]:
    """Everything until there is no more, and the cursor behind it."""
    items: list[Item] = []
    for _ in range(100):
        page = connector.pull(cursor)
        items += page.items
        cursor = page.next_cursor
        if not page.more:
            return items, cursor
    raise AssertionError("there was no end to it")


def ids(items: list[Item]) -> list[str]:
    return [item.external_id for item in items]


def parent_of(connector: Connector, comment: str) -> ParentRef:
    (found,) = connector.refresh([comment]).values()
    assert isinstance(found, Item)
    return ParentRef.of(found)


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


# Reading


def test_the_first_pull_brings_every_mention_there_ever_was(simulator: Simulator, meraker: MastodonConnector):
    post = simulator.post()
    written = simulator.comment_all([{"parent": post, "text": f"Spørsmål {number}"} for number in range(130)])
    items, _ = read_all(meraker)
    assert set(ids(items)) == set(written)
    assert items[0].text.startswith("Spørsmål")
    assert all(item.parent_id == post and not item.own and not item.is_post for item in items)


def test_a_later_pull_brings_what_is_new_and_a_few_known_ones(simulator: Simulator, meraker: MastodonConnector):
    post = simulator.post()
    known = simulator.comment_all([{"parent": post, "text": f"Spørsmål {number}"} for number in range(60)])
    _, cursor = read_all(meraker)
    new = simulator.comment(post, "Enda et spørsmål")
    items, _ = read_all(meraker, cursor)
    assert new in ids(items)
    assert set(ids(items)) <= {*known[-15:], new}


def test_a_quiet_channel_ends_at_once_and_keeps_its_place(meraker: MastodonConnector, simulator: Simulator):
    simulator.comment(simulator.post())
    _, cursor = read_all(meraker)
    items, again = read_all(meraker, cursor)
    assert again == cursor
    assert len(items) == 1


def test_a_mention_that_appears_late_below_the_newest_is_still_found(server: AnsweringServer):
    late, newest = mention("20", status("1020")), mention("21", status("1021"))
    server.on("/api/v1/notifications", [])
    server.on("/api/v1/notifications?types%5B%5D=mention&limit=40&min_id=0", [newest])
    connector = MastodonConnector(server.url, "t", US)
    _, cursor = read_all(connector)
    server.on("/api/v1/notifications?types%5B%5D=mention&limit=40&min_id=0", [late, newest])
    items, _ = read_all(connector, cursor)
    assert "1020" in ids(items)


def test_a_server_that_repeats_its_page_for_ever_is_left(server: AnsweringServer):
    server.on("/api/v1/notifications", [mention("21", status("1021"))])
    items, _ = read_all(MastodonConnector(server.url, "t", US))
    assert set(ids(items)) == {"1021"}


@pytest.mark.parametrize("size", [1, 3, 10, 15])
def test_a_server_with_small_pages_is_read_to_the_end(size: int, server: AnsweringServer):
    news = [mention(str(number), status(str(1000 + number))) for number in range(1, 31)]
    for below in range(31):
        server.on(f"/api/v1/notifications?types%5B%5D=mention&limit=40&min_id={below}", news[below : below + size])
    connector = MastodonConnector(server.url, "t", US)
    items, cursor = read_all(connector)
    assert set(ids(items)) == {str(1000 + number) for number in range(1, 31)}
    assert read_all(connector, cursor)[1] == cursor


def test_other_news_than_mentions_is_passed_over(server: AnsweringServer):
    follow = {"id": "22", "type": "follow", "account": account()}
    server.on("/api/v1/notifications", [follow, mention("21", status("1021"))])
    page = MastodonConnector(server.url, "t", US).pull("")
    assert (ids(list(page)), page.unreadable, page.next_cursor) == (["1021"], (), "new:0:22")


def test_a_damaged_cursor_begins_from_the_beginning(simulator: Simulator, meraker: MastodonConnector):
    comment = simulator.comment(simulator.post())
    assert ids(read_all(meraker, "tull")[0])[0] == comment
    assert ids(read_all(meraker, "new:../x:5")[0])[0] == comment


def test_our_posts_are_posts_and_our_answers_are_not(simulator: Simulator, meraker: MastodonConnector):
    first, second = simulator.post("Den første"), simulator.post("Den andre")
    comment = simulator.comment(first)
    meraker.publish(parent_of(meraker, comment), TEXT, "k1", "nb")
    page = meraker.posts(10)
    assert ids(list(page)) == [second, first]
    assert all(item.own and item.is_post and item.root_id == item.external_id for item in page)
    assert ids(list(meraker.posts(1))) == [second]


def test_a_thread_is_read_whole_with_silent_and_nested_comments(simulator: Simulator, meraker: MastodonConnector):
    post = simulator.post()
    comment = simulator.comment(post, "Når?")
    silent = simulator.comment(comment, "Det lurer jeg også på", mention=False)
    ours = meraker.publish(parent_of(meraker, silent), TEXT, "k1", "nb").external_id
    page = meraker.thread(post)
    assert {item.external_id: (item.parent_id, item.own) for item in page} == {
        comment: (post, False),
        silent: (comment, False),
        ours: (silent, True),
    }
    assert {item.root_id for item in page} == {post}
    assert not any(item.is_post for item in page)


def test_a_thread_is_found_from_any_of_its_comments(simulator: Simulator, meraker: MastodonConnector):
    post = simulator.post()
    comment = simulator.comment(post)
    nested, other = simulator.comment(comment), simulator.comment(post)
    items = list(meraker.thread(nested))
    assert items[0].external_id == post
    assert items[0].is_post
    assert set(ids(items)) == {post, comment, nested, other}
    assert {item.root_id for item in items} == {post}


def test_the_same_comment_reads_the_same_in_news_thread_and_by_id(simulator: Simulator, meraker: MastodonConnector):
    post = simulator.post()
    comment = simulator.comment(post, "Se https://kommune.example/veg\n\nNår?")
    (news,), (inside,) = meraker.pull("").items, meraker.thread(post).items
    by_id = meraker.refresh([comment])[comment]
    assert isinstance(by_id, Item)
    assert news.text == "Se https://kommune.example/veg\n\nNår?"
    for name in ("text", "text_raw", "author_name", "parent_id", "created_at", "visibility", "language"):
        assert getattr(news, name) == getattr(inside, name) == getattr(by_id, name)


def test_edits_and_deletions_are_seen_by_asking(simulator: Simulator, meraker: MastodonConnector):
    post = simulator.post()
    kept, edited, deleted = (simulator.comment(post, f"Kommentar {number}") for number in range(3))
    simulator.edit(edited, "@meraker Endret")
    simulator.delete(deleted)
    found = meraker.refresh([kept, edited, deleted])
    assert found[deleted] is GONE
    assert isinstance(found[kept], Item)
    assert found[kept].edited_at is None
    assert (found[edited].text, found[edited].edited_at is not None) == ("Endret", True)


def test_more_than_one_call_takes_are_asked_in_several(simulator: Simulator, meraker: MastodonConnector):
    post = simulator.post()
    written = simulator.comment_all([{"parent": post, "text": f"Nr. {number}"} for number in range(45)])
    simulator.delete(written[44])
    found = meraker.refresh(written)
    assert [found[one] is GONE for one in written] == [False] * 44 + [True]


def test_a_server_without_the_bulk_call_is_asked_one_by_one(simulator: Simulator, meraker: MastodonConnector):
    comment = simulator.comment(simulator.post())
    simulator.fault("status", code=404, match={"regex": r"^/api/v1/statuses$", "method": "GET"})
    assert isinstance(meraker.refresh([comment])[comment], Item)


def test_a_fault_on_the_way_leaves_unknown_and_never_gone(simulator: Simulator, meraker: MastodonConnector):
    post = simulator.post()
    kept, deleted = simulator.comment(post), simulator.comment(post)
    simulator.delete(deleted)
    simulator.fault("error_before", path=f"/api/v1/statuses/{deleted}")
    assert meraker.refresh([kept, deleted])[deleted] is UNKNOWN
    simulator.fault("error_before", method="GET")
    with pytest.raises(TransientError):
        meraker.refresh([kept, deleted])


def test_a_server_that_says_404_to_everything_has_not_deleted_our_comments(server: AnsweringServer):
    server.on("/", b"<html>parkert</html>", 404)
    with pytest.raises(GoneError):
        MastodonConnector(server.url, "t", US).refresh(["1", "2"])


def test_a_server_that_says_403_or_nonsense_about_one_leaves_it_unknown(server: AnsweringServer):
    server.on("/api/v1/statuses", [])
    server.on("/api/v1/statuses/1", {"error": "x"}, 403)
    server.on("/api/v1/statuses/2", b"<html>")
    server.on("/api/v1/statuses/3", status("4"))
    server.on("/api/v1/statuses/../x", b"", 404)
    connector = MastodonConnector(server.url, "t", US)
    assert connector.refresh(["1", "2", "3", "../x"]) == dict.fromkeys(["1", "2", "3", "../x"], UNKNOWN)


# Writing


def test_a_reply_goes_under_the_comment_with_the_author_in_front(simulator: Simulator, meraker: MastodonConnector):
    comment = simulator.comment(simulator.post(), author="Kari Prøvestad")
    parent = parent_of(meraker, comment)
    published = meraker.publish(parent, TEXT, "k1", "nn")
    (stands,) = simulator.book("meraker")
    assert isinstance(published, Published)
    assert stands["id"] == published.external_id
    assert stands["text"] == f"@{parent.author_handle} {TEXT}"
    assert published.permalink.endswith(published.external_id)
    assert published.created_at is not None
    assert meraker.refresh([published.external_id])[published.external_id].language == "nn"


def test_a_name_already_in_the_text_is_not_repeated(simulator: Simulator, meraker: MastodonConnector):
    parent = parent_of(meraker, simulator.comment(simulator.post()))
    meraker.publish(parent, f"Takk for spørsmålet, @{parent.author_handle.upper()}.", "k1", "nb")
    (stands,) = simulator.book("meraker")
    assert stands["text"].lower().count(f"@{parent.author_handle}") == 1


@pytest.mark.parametrize(
    "text", ["Hei @karianne", "Skriv til post@kari", "Se https://x.example/@kari", "@kari@annet.example"]
)
def test_somebody_elses_name_is_not_the_authors(text: str):
    connector = MastodonConnector("https://sosial.example", "t", US)
    parent = ParentRef("7", author_handle="kari", visibility="public")
    assert connector.count(text, parent).used == connector.count(f"@kari {text}").used


def test_we_do_not_call_ourselves(server: AnsweringServer):
    server.on("/api/v1/statuses", our_reply("8", "7", TEXT))
    parent = ParentRef("7", author_handle="kommune", author_id=US, visibility="public")
    MastodonConnector(server.url, "t", US).publish(parent, TEXT, "k1", "nb")
    assert b"@kommune" not in server.requests[0][1]


@pytest.mark.parametrize(
    ("parents", "ours"),
    [
        ("public", "public"),
        ("unlisted", "unlisted"),
        ("private", "private"),
        ("direct", "direct"),
        ("", "direct"),
        ("x", "direct"),
    ],
)
def test_a_reply_is_never_more_public_than_what_it_answers(parents: str, ours: str, server: AnsweringServer):
    server.on("/api/v1/statuses", our_reply("8", "7", TEXT))
    MastodonConnector(server.url, "t", US).publish(ParentRef("7", visibility=parents), TEXT, "k1", "nb")
    assert f'"visibility": "{ours}"'.encode() in server.requests[0][1]
    assert "Idempotency-Key: k1" in server.requests[0][0]


def test_the_same_key_twice_is_one_reply(simulator: Simulator, meraker: MastodonConnector):
    parent = parent_of(meraker, simulator.comment(simulator.post()))
    first, second = (meraker.publish(parent, TEXT, "k1", "nb") for _ in range(2))
    assert first == second
    assert len(simulator.book("meraker")) == 1


@pytest.mark.parametrize("kind", ["error_after", "reset_after", "malformed"])
def test_a_reply_whose_answer_was_lost_is_found_and_not_sent_again(
    kind: str, simulator: Simulator, meraker: MastodonConnector
):
    comment = simulator.comment(simulator.post())
    parent = parent_of(meraker, comment)
    simulator.fault(kind, method="POST", path="/api/v1/statuses", times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    found = meraker.find_published(parent, TEXT, datetime.now(UTC))
    (stands,) = simulator.book("meraker")
    assert found is not None
    assert found.external_id == stands["id"]


@pytest.mark.parametrize("kind", ["error_before", "reset_before"])
def test_a_reply_that_never_was_written_is_not_found(kind: str, simulator: Simulator, meraker: MastodonConnector):
    parent = parent_of(meraker, simulator.comment(simulator.post()))
    simulator.fault(kind, method="POST", path="/api/v1/statuses", times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    assert meraker.find_published(parent, TEXT, an_hour_ago()) is None
    assert simulator.book("meraker") == []


@pytest.mark.parametrize(
    "text",
    [
        "Hei!\n\nSe https://kommune.example/veg?a=1&b=2.\nHilsen oss",
        "  Takk   for  spørsmålet  ",
        "Vi <b>beklager</b> & ordner det 👩‍👩‍👧‍👦",
        "Spør @tydal og @ukjent@annet.example om #veg",
    ],
)
def test_a_reply_is_recognised_however_the_server_gives_it_back(
    text: str, simulator: Simulator, meraker: MastodonConnector
):
    parent = parent_of(meraker, simulator.comment(simulator.post()))
    published = meraker.publish(parent, text, "k1", "nb")
    found = meraker.find_published(parent, text, an_hour_ago())
    assert found is not None
    assert found.external_id == published.external_id
    assert meraker.find_published(parent, text + " Mer.", an_hour_ago()) is None


def test_the_look_is_for_this_parent_this_time_and_a_free_id(simulator: Simulator, meraker: MastodonConnector):
    post = simulator.post()
    here, there = (parent_of(meraker, simulator.comment(post, f"Nr. {number}")) for number in range(2))
    published = meraker.publish(here, TEXT, "k1", "nb")
    assert meraker.find_published(there, TEXT, an_hour_ago()) is None
    assert meraker.find_published(here, TEXT, an_hour_ago(), {published.external_id}) is None
    assert meraker.find_published(here, TEXT, datetime.now(UTC) + timedelta(minutes=6)) is None
    assert meraker.find_published(here, TEXT, datetime.now(UTC) + timedelta(minutes=4)) is not None


def test_a_citizen_who_repeats_our_words_is_not_us(simulator: Simulator, meraker: MastodonConnector):
    comment = simulator.comment(simulator.post())
    simulator.comment(comment, TEXT)
    assert meraker.find_published(parent_of(meraker, comment), TEXT, an_hour_ago()) is None


def test_our_reply_is_found_when_the_comment_has_been_deleted_since(server: AnsweringServer):
    server.on("/api/v1/statuses/7/context", {"error": "Not Found"}, 404)
    server.on(f"/api/v1/accounts/{US}/statuses", [our_reply("9", "6", TEXT), our_reply("8", None, TEXT)])
    found = MastodonConnector(server.url, "t", US).find_published(ParentRef("7"), TEXT, SINCE)
    assert found is not None
    assert found.external_id == "8"


def test_a_look_that_does_not_reach_back_far_enough_never_says_none(server: AnsweringServer):
    server.on("/api/v1/statuses/7/context", {"ancestors": [], "descendants": []})
    server.on(f"/api/v1/accounts/{US}/statuses", [our_reply("9", "6", TEXT)])
    with pytest.raises(TransientError, match="reach back"):
        MastodonConnector(server.url, "t", US).find_published(ParentRef("7"), TEXT, SINCE)
    assert len(server.requests) < 10


def test_a_look_that_was_not_complete_never_says_none(server: AnsweringServer):
    server.on(f"/api/v1/accounts/{US}/statuses", [])
    server.on("/api/v1/statuses/7/context", {"ancestors": [], "descendants": [{"id": {}}]})
    connector = MastodonConnector(server.url, "t", US)
    with pytest.raises(ProtocolError):
        connector.find_published(ParentRef("7"), TEXT, SINCE)
    server.on("/api/v1/statuses/7/context", {"ancestors": [], "descendants": []})
    assert connector.find_published(ParentRef("7"), TEXT, SINCE) is None
    server.on(f"/api/v1/accounts/{US}/statuses", b"", 500)
    with pytest.raises(TransientError):
        connector.find_published(ParentRef("7"), TEXT, SINCE)


def test_an_answer_to_something_deleted_is_gone(simulator: Simulator, meraker: MastodonConnector):
    comment = simulator.comment(simulator.post())
    parent = parent_of(meraker, comment)
    simulator.delete(comment)
    with pytest.raises(GoneError):
        meraker.publish(parent, TEXT, "k1", "nb")


def test_a_text_at_the_limit_passes_and_one_more_is_rejected(simulator: Simulator, meraker: MastodonConnector):
    parent = parent_of(meraker, simulator.comment(simulator.post()))
    room = 500 - meraker.count("", parent).used - 1
    link = "https://kommune.example/" + "a" * 200
    text = link + " 👩‍👩‍👧‍👦" + "x" * (room - 25)
    assert meraker.count(text, parent).used == 500
    meraker.publish(parent, text, "k1", "nb")
    assert meraker.count(text + "x", parent).too_long
    with pytest.raises(RejectedError):
        meraker.publish(parent, text + "x", "k2", "nb")


def test_an_id_from_nowhere_is_never_put_into_an_address(server: AnsweringServer):
    server.on("/", b"{}")
    connector = MastodonConnector(server.url, "t", US)
    for strange in ("../accounts", "7/context", "", "7?x=1", "a" * 200):
        with pytest.raises(RejectedError):
            connector.publish(ParentRef(strange, visibility="public"), TEXT, "k", "nb")
        for act in (connector.like, connector.delete, connector.thread):
            with pytest.raises(RejectedError):
                act(strange)
    assert server.requests == []


def test_liking_and_deleting(simulator: Simulator, meraker: MastodonConnector):
    comment = simulator.comment(simulator.post())
    meraker.like(comment)
    meraker.like(comment)
    ours = meraker.publish(parent_of(meraker, comment), TEXT, "k1", "nb").external_id
    meraker.delete(ours)
    with pytest.raises(GoneError):
        meraker.delete(ours)
    with pytest.raises(GoneError):
        meraker.delete(comment)
    assert meraker.refresh([ours, comment])[ours] is GONE


def test_the_account_is_checked(simulator: Simulator, meraker: MastodonConnector):
    state = meraker.check_account()
    assert (state.ok, state.handle, state.name, state.max_length) == (True, "meraker", "Meråker kommune", 500)
    assert state.problem is AccountProblem.NONE
    other = MastodonConnector(simulator.url, TOKENS["tydal"], state.account_id).check_account()
    assert (other.ok, other.problem) == (False, AccountProblem.WRONG_ACCOUNT)
    bad = MastodonConnector(simulator.url, "feil").check_account()
    assert (bad.ok, bad.problem) == (False, AccountProblem.AUTH_EXPIRED)
    simulator.fault("error_before")
    assert meraker.check_account().problem is AccountProblem.UNREACHABLE


def test_a_right_that_surely_is_missing_is_told(server: AnsweringServer):
    server.on("/", {"error": "x"}, 404)
    server.on("/api/v1/accounts/verify_credentials", account(US))
    server.on("/api/v1/apps/verify_credentials", {"scopes": ["read", "write:favourites"]})
    assert MastodonConnector(server.url, "t").check_account().problem is AccountProblem.PERMISSION_MISSING
    server.on("/api/v1/apps/verify_credentials", {"scopes": ["read", "write:statuses"]})
    assert MastodonConnector(server.url, "t").check_account().ok


def test_a_rate_limit_says_how_long(simulator: Simulator, meraker: MastodonConnector):
    simulator.fault("status", code=429, headers={"Retry-After": "17"})
    with pytest.raises(RateLimitedError) as caught:
        meraker.pull("")
    assert caught.value.retry_after == 17


def test_one_connector_serves_many_threads(simulator: Simulator, meraker: MastodonConnector):
    simulator.comment(simulator.post())
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(len(meraker.pull("").items))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
