"""Facebook and Instagram against the practice platform: every comment comes in, once."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channels import connector_for
from inbox.channels import graph_connector as common
from inbox.channels.base import (
    GONE,
    UNKNOWN,
    GoneError,
    Item,
    ParentRef,
    ProtocolError,
    RejectedError,
    TransientError,
)
from inbox.channels.facebook import FacebookConnector
from inbox.channels.graph_connector import GraphConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.graph_pages import BOTH, found_in, number, numbers, read_all, say
from tests.inbox.channels.pulls import TEXT, an_hour_ago
from tests.simulator_server import TOKENS, Simulator


@pytest.fixture(params=BOTH)
def meraker(request: pytest.FixtureRequest, simulator: Simulator) -> GraphConnector:
    """Meråker's connector to the practice platform, once for each of the two."""
    kind: type[GraphConnector] = BOTH[request.param]
    return kind(f"{simulator.url}/graph", TOKENS["meraker"])


def test_they_are_found_by_the_platforms_name(simulator: Simulator):
    for name, kind in BOTH.items():
        assert isinstance(connector_for(name, f"{simulator.url}/graph", "t"), kind)


# Reading


def test_the_first_round_brings_every_comment_there_ever_was(simulator: Simulator, meraker: GraphConnector):
    posts = [simulator.post(f"Innlegg {one}") for one in range(23)]
    written = [say(simulator, post, f"Til {post}") for post in posts]
    written += simulator.comment_all(
        [{"parent": posts[4], "text": f"Nr. {one}", "mention": False} for one in range(130)]
    )
    items, _ = read_all(meraker)
    assert sorted(numbers(items)) == sorted(written)
    assert not any(item.own or item.is_post for item in items)


def test_what_is_not_ours_is_not_seen(simulator: Simulator, meraker: GraphConnector):
    say(simulator, simulator.post(account="tydal"))
    assert read_all(meraker)[0] == []


def test_a_later_round_brings_what_is_new_also_under_an_old_comment(simulator: Simulator, meraker: GraphConnector):
    post = simulator.post()
    old = say(simulator, post, created_at="2026-11-01T08:00:00+01:00")
    _, cursor = read_all(meraker)
    new, nested = say(simulator, post, "Nytt"), say(simulator, old, "Svar")
    items, again = read_all(meraker, cursor)
    assert {new, nested} <= set(numbers(items))
    assert again != cursor  # the next round begins later


def test_a_round_on_facebook_reads_no_further_back_than_it_must(simulator: Simulator):
    post = simulator.post(created_at="2026-11-01T08:00:00+01:00")
    simulator.comment_all(
        [{"parent": post, "text": f"Nr. {one}", "created_at": "2026-11-02T08:00:00+01:00"} for one in range(120)]
    )
    facebook = FacebookConnector(f"{simulator.url}/graph", TOKENS["meraker"])
    _, cursor = read_all(facebook)
    page = facebook.pull(cursor)
    assert (page.more, len(page.items)) == (False, 50)


@pytest.mark.parametrize("size", [1, 2, 7])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(parents=st.lists(st.integers(0, 30), max_size=25), repeat=st.booleans())
def test_any_comments_at_any_depth_in_pages_of_any_size_come_as_the_exact_set(
    size: int, parents: list[int], repeat: bool, simulator: Simulator
):
    simulator.reset()
    tree = [simulator.post("Først"), simulator.post("Så")]
    for parent in parents:
        tree.append(say(simulator, tree[parent % len(tree)]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common, "COMMENTS_AT_ONCE", size)
        patch.setattr(common, "POSTS_AT_ONCE", 1)
        for kind in BOTH.values():
            inside = {edge: text.replace("limit(50)", f"limit({size})") for edge, text in kind.edge_fields.items()}
            patch.setattr(kind, "edge_fields", inside)
            connector = kind(f"{simulator.url}/graph", TOKENS["meraker"])
            items, cursor = read_all(connector)
            items += read_all(connector, cursor)[0] if repeat else []
            assert set(numbers(items)) == set(tree[2:])
            for post in tree[:2]:
                prefix = f"{connector.own_id()}_" if kind is FacebookConnector else ""
                thread = connector.thread(prefix + post)
                assert sorted(numbers(thread)) == sorted(
                    {number(item.external_id) for item in items if number(item.root_id) == post}
                )


def pages_of_comments(pages: list[list[str]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Answers by the place they are asked for; each leads to the next."""
    for place, ids in enumerate(pages):
        paging = {"cursors": {"before": "x", "after": str(place + 1)}, "next": f"https://x.example/?after={place + 1}"}
        last = place == len(pages) - 1
        data = [{"id": one, "message": "Hei", "text": "Hei"} for one in ids]
        yield (str(place) if place else ""), {"data": data} | ({} if last else {"paging": paging})


@pytest.mark.parametrize("kind", BOTH.values())
def test_pages_that_repeat_and_overlap_lose_nothing(kind: type[GraphConnector], server: AnsweringServer):
    pages = [["1_1", "1_2"], ["1_1", "1_2"], ["1_2", "1_3"], [], ["1_4"]]
    server.on("/v26.0/500_1?", {"id": "500_1"})
    for place, answer in pages_of_comments(pages):
        server.on(comments_path(kind, place), answer)
    assert numbers(kind(server.url, "t", "500").thread("500_1")) == ["1", "2", "3", "4"]


def comments_path(kind: type[GraphConnector], place: str) -> str:
    """The beginning of the address under which a page of comments is asked for."""
    asked = [("fields", kind.edge_fields["comments"]), *kind.edge_query, *([("after", place)] if place else [])]
    asked += [("limit", "50")]
    return "/v26.0/500_1/comments?" + urlencode(asked)


@pytest.mark.parametrize("kind", BOTH.values())
def test_a_list_that_repeats_its_page_for_ever_is_left(kind: type[GraphConnector], server: AnsweringServer):
    paging = {"cursors": {"after": "x"}, "next": "https://x.example/?after=x"}
    server.on("/v26.0/500_1?", {"id": "500_1"})
    server.on("/v26.0/500_1/comments", {"data": [{"id": "1_7", "message": "Hei"}], "paging": paging})
    assert numbers(kind(server.url, "t", "500").thread("500_1")) == ["7"]
    assert len(server.requests) < 6
    server.on("/v26.0/1_3/", {"data": [{"id": "1_7", "message": "Hei"}], "paging": paging})
    with pytest.raises(ProtocolError):  # the look was not complete
        kind(server.url, "t", "500").find_published(ParentRef("1_3"), TEXT, an_hour_ago())


def test_nested_answers_stand_under_the_comment_at_the_top(simulator: Simulator, meraker: GraphConnector):
    post = simulator.post()
    top = say(simulator, post)
    answer = say(simulator, top, "Ja, når?", author="Ola Prøvestad")
    deeper = say(simulator, answer, "Det lurer jeg også på")
    items = {number(item.external_id): item for item in read_all(meraker)[0]}
    assert {one: number(item.parent_id or "") for one, item in items.items()} == {
        top: post,
        answer: top,
        deeper: top,
    }
    assert {number(item.root_id) for item in items.values()} == {post}
    assert items[answer].text == "Ja, når?"
    assert items[answer].author_name in ("Ola Prøvestad", "ola_provestad")
    assert items[answer].created_at is not None
    assert not any(item.problems for item in items.values())


def test_a_thread_is_found_from_any_of_its_comments(simulator: Simulator, meraker: GraphConnector):
    post = simulator.post()
    top = say(simulator, post)
    nested, other = say(simulator, top), say(simulator, post)
    by_number = {number(item.external_id): item for item in read_all(meraker)[0]}
    for one in (top, nested):
        assert set(numbers(meraker.thread(by_number[one].external_id))) == {top, nested, other}
    assert set(numbers(meraker.thread(by_number[top].root_id))) == {top, nested, other}


def test_the_same_comment_reads_the_same_in_news_thread_and_by_id(simulator: Simulator, meraker: GraphConnector):
    post = simulator.post()
    say(simulator, say(simulator, post, "Først"), "Se https://kommune.example/veg\n\nNår?")
    news = read_all(meraker)[0]
    threads = {item.external_id: item for item in meraker.thread(news[0].root_id)}
    by_id = meraker.refresh([item.external_id for item in news])
    for item in news:
        again = by_id[item.external_id]
        assert isinstance(again, Item)
        for name in ("text", "author_id", "author_name", "parent_id", "root_id", "created_at", "permalink", "hidden"):
            assert getattr(item, name) == getattr(threads[item.external_id], name) == getattr(again, name), name


def test_our_posts_are_posts_and_our_answers_are_not(simulator: Simulator, meraker: GraphConnector):
    first, second = simulator.post("Den første"), simulator.post("Den andre")
    meraker.publish(found_in(meraker, say(simulator, first)), TEXT, "k1", "nb")
    page = meraker.posts(10)
    assert numbers(page) == [second, first]
    assert all(item.own and item.is_post and item.root_id == item.external_id for item in page)
    assert numbers(meraker.posts(1)) == [second]
    (ours,) = [item for item in read_all(meraker)[0] if item.own]
    assert (ours.text, ours.is_post) == (TEXT, False)


def test_edits_and_deletions_are_seen_by_asking(simulator: Simulator, meraker: GraphConnector):
    post = simulator.post()
    written = [say(simulator, post, f"Kommentar {one}") for one in range(3)]
    kept, edited, deleted = (found_in(meraker, one).external_id for one in written)
    simulator.edit(written[1], "Endret")
    simulator.delete(written[2])
    found = meraker.refresh([kept, edited, deleted])
    assert found[deleted] is GONE
    assert isinstance(found[kept], Item)
    assert isinstance(found[edited], Item)
    assert found[edited].text == "Endret"
    assert meraker.refresh([deleted]) == {deleted: GONE}


def test_more_than_one_call_takes_are_asked_in_several(simulator: Simulator, meraker: GraphConnector):
    post = simulator.post()
    simulator.comment_all([{"parent": post, "text": f"Nr. {one}"} for one in range(60)])
    asked = [item.external_id for item in read_all(meraker)[0]]
    assert all(isinstance(one, Item) for one in meraker.refresh(asked).values())


def test_a_fault_on_the_way_leaves_unknown_and_never_gone(simulator: Simulator, meraker: GraphConnector):
    post = simulator.post()
    written = [say(simulator, post), say(simulator, post)]
    kept, deleted = (found_in(meraker, one).external_id for one in written)
    simulator.delete(written[1])
    simulator.fault("error_before", path=f"/graph/v26.0/{deleted}")
    assert meraker.refresh([kept, deleted])[deleted] is UNKNOWN
    simulator.fault("error_before", method="GET")
    with pytest.raises(TransientError):
        meraker.refresh([kept, deleted])


def test_a_token_that_lost_its_right_has_not_deleted_our_comments(server: AnsweringServer):
    server.on("/", {"error": {"message": "x", "code": 100, "fbtrace_id": "A"}}, 400)
    for kind in BOTH.values():
        with pytest.raises(GoneError):
            kind(server.url, "t", "500").refresh(["1_1", "1_2"])
        with pytest.raises(GoneError):
            kind(server.url, "t", "500").refresh(["1_1"])


def test_ids_that_are_none_are_unknown_and_never_sent(server: AnsweringServer):
    for kind in BOTH.values():
        connector = kind(server.url, "t", "500")
        assert connector.refresh(["../me", ""]) == {"../me": UNKNOWN, "": UNKNOWN}
        for strange in ("../accounts", "7/comments", "", "7?x=1", "a" * 200):
            with pytest.raises(RejectedError):
                connector.publish(ParentRef(strange), TEXT, "k", "nb")
            for act in (connector.hide, connector.unhide, connector.like, connector.delete, connector.thread):
                with pytest.raises(RejectedError):
                    act(strange)
    assert server.requests == []


@pytest.mark.parametrize("kind", BOTH.values())
def test_a_post_deleted_in_the_middle_of_a_round_does_not_stop_it(kind: type[GraphConnector], simulator: Simulator):
    deleted, kept = simulator.post("Slettes"), simulator.post("Blir")
    simulator.comment_all([{"parent": deleted, "text": f"Nr. {one}"} for one in range(60)])
    comment = say(simulator, kept)
    connector = kind(f"{simulator.url}/graph", TOKENS["meraker"])
    first = connector.pull("")
    assert first.more
    simulator.delete(deleted)
    rest, _ = read_all(connector, first.next_cursor)
    assert rest == []
    assert comment in numbers(first)


@pytest.mark.parametrize("kind", BOTH.values())
def test_a_place_that_is_no_longer_known_begins_its_list_anew(kind: type[GraphConnector], simulator: Simulator):
    post = simulator.post()
    written = simulator.comment_all([{"parent": post, "text": f"Nr. {one}"} for one in range(120)])
    connector = kind(f"{simulator.url}/graph", TOKENS["meraker"])
    first = connector.pull("")
    simulator.fault("status", code=400, body={"error": {"code": 100, "message": "x"}}, path="/graph/", times=1)
    rest, _ = read_all(connector, first.next_cursor)
    assert set(numbers(rest)) == set(written)
    simulator.clear_faults()
    simulator.fault("status", code=400, body={"error": {"code": 100, "message": "x"}}, path="/graph/")
    with pytest.raises(GoneError):
        connector.pull("")


def test_a_visitors_post_on_the_page_is_news_and_ours_is_not(server: AnsweringServer):
    visitors = {"id": "500_2", "from": {"id": "9", "name": "Kari"}, "message": "Hvem svarer her?"}
    server.on("/", {"data": [{"id": "500_1", "from": {"id": "500"}, "message": "Vårt"}, visitors]})
    (item,) = FacebookConnector(server.url, "t", "500").pull("").items
    assert (item.external_id, item.root_id, item.parent_id, item.own) == ("500_2", "500_2", None, False)
    assert [item.external_id for item in FacebookConnector(server.url, "t", "500").posts(5)] == ["500_1"]
