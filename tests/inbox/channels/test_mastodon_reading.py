"""Mastodon against the practice platform: every comment comes in, once."""

import pytest

from inbox.channels.base import (
    GONE,
    UNKNOWN,
    GoneError,
    Item,
    TransientError,
)
from inbox.channels.mastodon import MastodonConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.mastodon_account import ids, parent_of
from tests.inbox.channels.pulls import TEXT, read_all
from tests.inbox.channels.statuses import US, account, mention, status
from tests.simulator_server import Simulator


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
