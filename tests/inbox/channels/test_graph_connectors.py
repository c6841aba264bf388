"""Facebook and Instagram against the practice platform: comments in, replies out, each exactly once."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
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
    AccountProblem,
    AuthExpiredError,
    Connector,
    GoneError,
    Item,
    ParentRef,
    PermissionMissingError,
    ProtocolError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.facebook import FacebookConnector
from inbox.channels.graph_connector import GraphConnector
from inbox.channels.instagram import InstagramConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.simulator_server import TOKENS, Simulator

TEXT = "Brøytebilen kommer før klokka sju."
BOTH = {"facebook": FacebookConnector, "instagram": InstagramConnector}


@pytest.fixture(params=BOTH)
def meraker(request: pytest.FixtureRequest, simulator: Simulator) -> GraphConnector:
    """Meråker's connector to the practice platform, once for each of the two."""
    kind: type[GraphConnector] = BOTH[request.param]
    return kind(f"{simulator.url}/graph", TOKENS["meraker"])


def number(external_id: str) -> str:
    """The book's number of an id; Facebook puts another in front."""
    return external_id.rsplit("_", 1)[-1]


def numbers(items: Any) -> list[str]:
    return [number(item.external_id) for item in items]


def read_all(connector: Connector, cursor: str = "") -> tuple[list[Item], str]:
    items: list[Item] = []
    for _ in range(400):
        page = connector.pull(cursor)
        assert page.unreadable == ()
        items += page.items
        cursor = page.next_cursor
        if not page.more:
            return items, cursor
    raise AssertionError("there was no end to it")


def found_in(connector: Connector, comment: str) -> ParentRef:
    (item,) = [item for item in read_all(connector)[0] if number(item.external_id) == comment]
    return ParentRef.of(item)


def say(simulator: Simulator, parent: str, text: str = "Når kommer brøytebilen?", **more: Any) -> str:
    return simulator.comment(parent, text, mention=False, **more)


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


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


# Writing


def test_a_reply_goes_under_the_comment(simulator: Simulator, meraker: GraphConnector):
    comment = say(simulator, simulator.post())
    published = meraker.publish(found_in(meraker, comment), TEXT, "k1", "nn")
    (stands,) = simulator.book("meraker")
    assert (stands["id"], stands["text"]) == (number(published.external_id), TEXT)
    assert stands["in_reply_to_id"] == comment
    again = meraker.refresh([published.external_id])[published.external_id]
    assert isinstance(again, Item)
    assert (again.own, number(again.parent_id or "")) == (True, comment)


def test_a_reply_to_a_reply_goes_under_the_comment_at_the_top(simulator: Simulator, meraker: GraphConnector):
    top = say(simulator, simulator.post())
    parent = found_in(meraker, say(simulator, top, "Ja, når?"))
    meraker.publish(parent, TEXT, "k1", "nb")
    (stands,) = simulator.book("meraker")
    assert stands["in_reply_to_id"] == top
    found = meraker.find_published(parent, TEXT, an_hour_ago())
    assert found is not None
    assert number(found.external_id) == stands["id"]


@pytest.mark.parametrize("kind", ["error_after", "reset_after", "malformed"])
def test_a_reply_whose_answer_was_lost_is_found_and_not_sent_again(
    kind: str, simulator: Simulator, meraker: GraphConnector
):
    parent = found_in(meraker, say(simulator, simulator.post()))
    simulator.fault(kind, method="POST", path="/graph/", times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    found = meraker.find_published(parent, f"  {TEXT.replace(' ', '  ')}\n", datetime.now(UTC))
    (stands,) = simulator.book("meraker")
    assert found is not None
    assert number(found.external_id) == stands["id"]
    assert meraker.find_published(parent, TEXT, an_hour_ago(), {found.external_id}) is None
    assert meraker.find_published(parent, TEXT, datetime.now(UTC) + timedelta(hours=1)) is None


@pytest.mark.parametrize("kind", ["error_before", "reset_before"])
def test_a_reply_that_never_was_written_is_not_found(kind: str, simulator: Simulator, meraker: GraphConnector):
    comment = say(simulator, simulator.post())
    say(simulator, comment, TEXT)  # a citizen repeats our words
    parent = found_in(meraker, comment)
    simulator.fault(kind, method="POST", path="/graph/", times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    assert meraker.find_published(parent, TEXT, an_hour_ago()) is None
    assert simulator.book("meraker") == []


def test_our_reply_is_found_among_hundreds_of_answers(simulator: Simulator, meraker: GraphConnector):
    comment = say(simulator, simulator.post())
    simulator.comment_all([{"parent": comment, "text": f"Nr. {one}"} for one in range(90)])
    parent = found_in(meraker, comment)
    ours = meraker.publish(parent, TEXT, "k1", "nb").external_id
    simulator.comment_all([{"parent": comment, "text": f"Nr. {one}"} for one in range(90)])
    found = meraker.find_published(parent, TEXT, an_hour_ago())
    assert found is not None
    assert found.external_id == ours


def test_a_look_that_fails_never_says_that_nothing_is_there(simulator: Simulator, meraker: GraphConnector):
    parent = found_in(meraker, say(simulator, simulator.post()))
    simulator.fault("error_before", method="GET", times=1)
    with pytest.raises(TransientError):
        meraker.find_published(parent, TEXT, an_hour_ago())
    simulator.clear_faults()
    simulator.fault("malformed", method="GET", times=1)
    with pytest.raises(ProtocolError):
        meraker.find_published(parent, TEXT, an_hour_ago())


def test_our_words_without_an_author_are_a_doubt_and_no_answer(server: AnsweringServer):
    for kind in BOTH.values():
        server.on("/", {"data": [{"id": "1_9", "message": TEXT, "text": TEXT}]})
        with pytest.raises(ProtocolError):
            kind(server.url, "t", "500").find_published(ParentRef("1_7"), TEXT, an_hour_ago())
        server.on("/", {"data": [None]})
        with pytest.raises(ProtocolError):
            kind(server.url, "t", "500").find_published(ParentRef("1_7"), TEXT, an_hour_ago())


def test_an_answer_to_something_deleted_is_gone(simulator: Simulator, meraker: GraphConnector):
    comment = say(simulator, simulator.post())
    parent = found_in(meraker, comment)
    simulator.delete(comment)
    with pytest.raises(GoneError):
        meraker.publish(parent, TEXT, "k1", "nb")
    with pytest.raises(GoneError):
        meraker.find_published(parent, TEXT, an_hour_ago())


def test_a_text_at_the_limit_passes_and_one_more_is_rejected(simulator: Simulator, meraker: GraphConnector):
    parent = found_in(meraker, say(simulator, simulator.post()))
    limit = meraker.capabilities.max_length
    text = "👍" + "å" * (limit - 2)
    assert (meraker.count(text).used, meraker.count(text).too_long) == (limit, False)
    meraker.publish(parent, text, "k1", "nb")
    assert meraker.count(text + "x", parent).too_long
    with pytest.raises(RejectedError):
        meraker.publish(parent, text + "x", "k2", "nb")


def test_hiding_and_showing_again(simulator: Simulator, meraker: GraphConnector):
    comment = found_in(meraker, say(simulator, simulator.post())).external_id
    for act, hidden in ((meraker.hide, True), (meraker.hide, True), (meraker.unhide, False)):
        act(comment)
        item = meraker.refresh([comment])[comment]
        assert isinstance(item, Item)
        assert item.hidden is hidden


def test_a_hidden_comment_on_instagram_cannot_be_answered(simulator: Simulator):
    instagram = InstagramConnector(f"{simulator.url}/graph", TOKENS["meraker"])
    parent = found_in(instagram, say(simulator, simulator.post()))
    instagram.hide(parent.external_id)
    with pytest.raises(RejectedError):
        instagram.publish(parent, TEXT, "k1", "nb")
    instagram.unhide(parent.external_id)
    instagram.publish(parent, TEXT, "k1", "nb")
    assert len(simulator.book("meraker")) == 1


def test_deleting_ours_and_others(simulator: Simulator, meraker: GraphConnector):
    parent = found_in(meraker, say(simulator, simulator.post()))
    ours = meraker.publish(parent, TEXT, "k1", "nb").external_id
    for one in (ours, parent.external_id):
        meraker.delete(one)
        with pytest.raises(GoneError):
            meraker.delete(one)
    assert meraker.refresh([ours]) == {ours: GONE}


def test_liking_on_facebook_and_not_on_instagram(simulator: Simulator):
    comment = say(simulator, simulator.post())
    facebook = FacebookConnector(f"{simulator.url}/graph", TOKENS["meraker"])
    liked = found_in(facebook, comment).external_id
    facebook.like(liked)
    facebook.like(liked)
    item = facebook.refresh([liked])[liked]
    assert isinstance(item, Item)
    assert item.raw["like_count"] == 1
    instagram = InstagramConnector(f"{simulator.url}/graph", TOKENS["meraker"])
    assert not instagram.capabilities.like
    with pytest.raises(RejectedError):
        instagram.like(comment)


def test_the_account_is_checked(simulator: Simulator, meraker: GraphConnector):
    state = meraker.check_account()
    assert (state.ok, state.handle, state.name) == (True, "meraker", "Meråker kommune")
    assert state.max_length == meraker.capabilities.max_length
    kind = type(meraker)
    other = kind(f"{simulator.url}/graph", TOKENS["tydal"], state.account_id).check_account()
    assert (other.ok, other.problem) == (False, AccountProblem.WRONG_ACCOUNT)
    bad = kind(f"{simulator.url}/graph", "feil")
    assert bad.check_account().problem is AccountProblem.AUTH_EXPIRED
    with pytest.raises(AuthExpiredError):
        bad.pull("")
    simulator.fault("error_before")
    assert meraker.check_account().problem is AccountProblem.UNREACHABLE


def test_a_missing_right_is_told(simulator: Simulator, meraker: GraphConnector):
    body = {"error": {"message": "x", "type": "OAuthException", "code": 10, "fbtrace_id": "A"}}
    simulator.fault("status", code=403, body=body, match={"regex": "/(feed|media)$"})
    assert meraker.check_account().problem is AccountProblem.PERMISSION_MISSING
    with pytest.raises(PermissionMissingError):
        meraker.pull("")


def test_one_connector_serves_many_threads(simulator: Simulator, meraker: GraphConnector):
    say(simulator, simulator.post())
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(len(meraker.pull("").items))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
