"""YouTube against the practice platform: every comment comes in, once, at a small price."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channels import youtube
from inbox.channels.base import (
    GONE,
    UNKNOWN,
    GoneError,
    Item,
    TransientError,
)
from inbox.channels.youtube import YoutubeConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.mastodon_account import ids
from tests.inbox.channels.pulls import read_all
from tests.inbox.channels.youtube_answers import FILM, US, comment, number, page, refusal, thread
from tests.inbox.channels.youtube_channel import COMMENTS, THREADS, answer_id, film, say, top
from tests.simulator_server import TOKENS, Simulator


@pytest.fixture
def channel(simulator: Simulator) -> YoutubeConnector:
    """Meråker's channel on the practice platform."""
    return YoutubeConnector(simulator.url, TOKENS["meraker"])


def test_a_quiet_pull_costs_one_unit_and_brings_what_is_new(simulator: Simulator, channel: YoutubeConnector):
    post = simulator.post("Vi brøyter.\nHele natta.")
    first = say(simulator, post)
    items, cursor = read_all(channel)
    (item,) = items
    assert (item.external_id, item.root_id, item.parent_id) == (top(first), film(post), film(post))
    assert (item.text, item.own, item.is_post, item.edited_at) == ("Når kommer brøytebilen?", False, False, None)
    assert item.permalink == f"{simulator.url}/watch?v={film(post)}&lc={top(first)}"
    spent = channel.quota.spent
    assert read_all(channel, cursor)[1] == cursor
    assert channel.quota.spent == spent + 1
    second = say(simulator, post, "Og nå?")
    assert top(second) in ids(read_all(channel, cursor)[0])


def test_an_answer_in_a_known_thread_is_found_by_its_changed_number(simulator: Simulator, channel: YoutubeConnector):
    post = simulator.post()
    thread_top = say(simulator, post)
    simulator.comment_all([{"parent": thread_top, "text": f"Nr. {n}", "mention": False} for n in range(120)])
    items, cursor = read_all(channel)
    assert len(set(ids(items))) == 121
    deep = say(simulator, say(simulator, thread_top, "Mellom"), "Dypt")
    found = {item.external_id: item for item in read_all(channel, cursor)[0]}[answer_id(deep, thread_top)]
    assert (found.text, found.parent_id, found.root_id) == ("Dypt", top(thread_top), film(post))


def test_more_threads_than_a_page_are_read_to_the_end_and_then_only_the_first(
    simulator: Simulator, channel: YoutubeConnector
):
    post = simulator.post()
    written = simulator.comment_all([{"parent": post, "text": f"Nr. {n}", "mention": False} for n in range(250)])
    items, cursor = read_all(channel)
    assert set(ids(items)) == {top(one) for one in written}
    spent = channel.quota.spent
    assert len(read_all(channel, cursor)[0]) == 100
    assert channel.quota.spent == spent + 1


def test_a_known_thread_that_was_deleted_does_not_make_it_read_everything(
    simulator: Simulator, channel: YoutubeConnector
):
    post = simulator.post()
    written = simulator.comment_all([{"parent": post, "text": f"Nr. {n}", "mention": False} for n in range(250)])
    _, cursor = read_all(channel)
    for one in written[-5:]:
        simulator.delete(one)
    assert len(read_all(channel, cursor)[0]) == 100


def test_our_films_are_posts_newest_first(simulator: Simulator, channel: YoutubeConnector):
    assert channel.posts(10).items == ()
    first, second = simulator.post("Den første\n\nMed omtale"), simulator.post("Den andre")
    found = channel.posts(10)
    assert ids(list(found)) == [film(second), film(first)]
    assert all(item.own and item.is_post and item.root_id == item.external_id for item in found)
    assert found.items[1].text == "Den første\n\nMed omtale"
    assert ids(list(channel.posts(1))) == [film(second)]


def test_a_thread_is_read_whole_and_found_from_any_comment(simulator: Simulator, channel: YoutubeConnector):
    post = simulator.post()
    first, other = say(simulator, post), say(simulator, post)
    nested = [say(simulator, first, f"Nr. {n}") for n in range(8)]
    everything = {top(first), top(other), *(answer_id(one, first) for one in nested)}
    assert set(ids(list(channel.thread(film(post))))) == everything
    from_inside = channel.thread(answer_id(nested[0], first)).items
    assert from_inside[0].external_id == film(post)
    assert from_inside[0].is_post
    assert set(ids(list(from_inside[1:]))) == everything
    assert {item.root_id for item in from_inside} == {film(post)}
    with pytest.raises(GoneError):
        channel.thread(film(first))


def test_a_film_without_comments_by_choice_has_an_empty_thread(server: AnsweringServer):
    server.on(THREADS, refusal(403, "commentsDisabled"), 403)
    assert YoutubeConnector(server.url, "t", US).thread(FILM).items == ()


def test_edits_deletions_and_held_comments_are_seen_by_asking(simulator: Simulator, channel: YoutubeConnector):
    post = simulator.post()
    kept, edited, deleted, held = (say(simulator, post, f"Kommentar {n}") for n in range(4))
    held_answer = say(simulator, kept)
    simulator.edit(edited, "Endret")
    simulator.delete(deleted)
    channel.hide(top(held))
    channel.hide(answer_id(held_answer, kept))
    asked = [top(kept), top(edited), top(deleted), top(held), answer_id(held_answer, kept), "../x"]
    found = channel.refresh(asked)
    assert found[top(deleted)] is GONE
    assert found["../x"] is UNKNOWN
    assert found[top(edited)].text == "Endret"
    assert found[top(edited)].edited_at is not None
    assert [found[one].hidden for one in (asked[0], asked[3], asked[4])] == [False, True, True]


def test_a_fault_on_the_way_leaves_unknown_and_never_gone(simulator: Simulator, channel: YoutubeConnector):
    post = simulator.post()
    kept, deleted = say(simulator, post), say(simulator, post)
    simulator.delete(deleted)
    channel.check_account()
    simulator.fault("error_before", path=THREADS)
    assert channel.refresh([top(kept), top(deleted)])[top(deleted)] is UNKNOWN
    simulator.fault("error_before", method="GET")
    with pytest.raises(TransientError):
        channel.refresh([top(kept)])


def test_a_page_that_repeats_for_ever_is_left(server: AnsweringServer):
    server.on(THREADS, page(thread(comment(number(1))), following="again"))
    items, _ = read_all(YoutubeConnector(server.url, "t", US))
    assert set(ids(items)) == {number(1)}
    assert len(server.requests) < 10


def test_a_page_token_that_is_no_longer_good_begins_the_round_anew(server: AnsweringServer):
    server.on(THREADS, page(thread(comment(number(1))), following="old"))
    connector = YoutubeConnector(server.url, "t", US)
    cursor = connector.pull("").next_cursor
    server.on(THREADS, refusal(400, "invalidPageToken"), 400)
    left = connector.pull(cursor)
    assert (left.items, left.more) == ((), False)
    server.on(THREADS, page(thread(comment(number(2))), thread(comment(number(1)))))
    assert ids(list(connector.pull(left.next_cursor))) == [number(2), number(1)]


class Platform:
    """A session over made-up threads: any size of pages, some repeated, some tokens given twice."""

    def __init__(self, threads: list[int], size: int, repeats: int) -> None:
        self.threads = threads
        self.size = size
        self.repeats = repeats

    def get(self, path: str, params: list[tuple[str, str]] = (), **_: object) -> youtube.Answer:  # type: ignore[assignment]
        asked = dict(params)
        if path == COMMENTS:
            place = int(asked["parentId"][3:15])
            answers = [comment(number(place, n)) for n in range(self.threads[place])]
            return self.answered(answers, asked)
        tops = [thread(comment(number(n)), count) for n, count in reversed(list(enumerate(self.threads)))]
        return self.answered(tops, asked)

    def answered(self, pieces: list[object], asked: dict[str, str]) -> youtube.Answer:
        """Each page is given once and then `repeats` times more under other tokens."""
        call = int(asked.get("pageToken", "0"))
        start = call // (self.repeats + 1) * self.size
        is_last = start + self.size >= len(pieces)
        found = page(*pieces[start : start + self.size], following="" if is_last else str(call + 1))
        return youtube.Answer(200, {}, json.dumps(found).encode())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    threads=st.lists(st.integers(0, 12), min_size=1, max_size=25),
    more=st.lists(st.integers(0, 5), max_size=6),
    grown=st.integers(0, 24),
    size=st.integers(1, 9),
    repeats=st.integers(0, 3),
)
def test_any_comments_any_page_size_any_repeats_the_exact_set(
    threads: list[int], more: list[int], grown: int, size: int, repeats: int
):
    platform = Platform(threads, size, repeats)
    connector = YoutubeConnector("https://youtube.example", "t", US, session=platform)  # type: ignore[arg-type]
    items, cursor = read_to_the_end(connector, "")
    assert set(ids(items)) == wanted(threads)
    assert set(ids(list(connector.thread(FILM)))) == wanted(threads)
    near_the_top = len(threads) - 1 - grown % min(size, len(threads))
    later = [*threads, *more]
    later[near_the_top] += 2 if not more else 0
    platform.threads = later
    known = set(ids(items))
    items, _ = read_to_the_end(connector, cursor)
    assert known | set(ids(items)) == wanted(later)


def wanted(threads: list[int]) -> set[str]:
    tops = {number(n) for n in range(len(threads))}
    return tops | {number(n, answer) for n, count in enumerate(threads) for answer in range(count)}


def read_to_the_end(connector: YoutubeConnector, cursor: str) -> tuple[list[Item], str]:
    items: list[Item] = []
    for _ in range(5000):
        found = connector.pull(cursor)
        items += found.items
        cursor = found.next_cursor
        if not found.more:
            return items, cursor
    raise AssertionError("there was no end to it")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=st.lists(st.integers(0, 30), min_size=1, max_size=25))
def test_comments_at_any_depth_come_each_once(shape: list[int], simulator: Simulator):
    simulator.reset()
    written = [simulator.post()]
    for place in shape:
        written.append(say(simulator, written[place % len(written)]))
    connector = YoutubeConnector(simulator.url, TOKENS["meraker"])
    numbers = {one.split(".")[-1] for one in ids(read_all(connector)[0])}
    assert numbers == {one.split(".")[-1] for one in ids(list(connector.thread(film(written[0]))))}
    assert len(numbers) == len(shape)
