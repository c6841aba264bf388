"""Our Bluesky connector against Bluesky's own servers: what the simulator only imitates is true here."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox import pulling
from inbox.channels import bluesky
from inbox.channels.base import GONE, Item, ParentRef, RejectedError
from inbox.channels.bluesky import BlueskyConnector
from inbox.models import Channel, Comment
from tests import cast
from tests.peers.conftest import Person, now
from tests.waiting import wait_for

FAMILY = "👨\u200d👩\u200d👧\u200d👦"  # one grapheme, 25 bytes
Written = dict[str, str]


@pytest.fixture
def meraker(kommune: Person) -> BlueskyConnector:
    return kommune.connector()


@pytest.fixture
def post(kommune: Person, meraker: BlueskyConnector) -> Written:
    """A post of ours that the network has indexed: an answer written before that may never give a notification."""
    written = kommune.write("Vi brøyter i natt.")
    until(lambda: _is_indexed(meraker, written), "the post")
    return written


def _is_indexed(meraker: BlueskyConnector, written: Written) -> bool:
    try:
        return [item.external_id for item in meraker.posts(10)] == [written["uri"]]
    except RejectedError:
        return False  # the account itself is too new to be known


def until(ask: Callable[[], Any], what: str) -> Any:
    return wait_for(ask, what, seconds=30)


def pulled(meraker: BlueskyConnector, cursor: str = "") -> list[Item]:
    """All news from the cursor on."""
    items: list[Item] = []
    while True:
        page = meraker.pull(cursor)
        items += page.items
        if not page.more or page.next_cursor == cursor:
            return items
        cursor = page.next_cursor


def answered(meraker: BlueskyConnector, post: Written, kari: Person, text: str) -> Item:
    """A citizen's answer, as the thread shows it to us."""
    written = kari.write(text, under=post)
    return until(lambda: in_thread(meraker, post).get(written["uri"]), "the answer")


def in_thread(meraker: BlueskyConnector, post: Written) -> dict[str, Item]:
    return {item.external_id: item for item in meraker.thread(post["uri"]) if item.external_id != post["uri"]}


def test_the_account_is_ours(meraker: BlueskyConnector, kommune: Person) -> None:
    state = meraker.check_account()
    assert (state.ok, state.account_id, state.handle) == (True, kommune.did, kommune.handle)


def test_a_comment_is_pulled_with_its_place_and_its_author(
    meraker: BlueskyConnector, post: Written, kari: Person
) -> None:
    written = kari.write("Når kommer bilen? 🚜", under=post)
    (item,) = until(lambda: pulled(meraker), "the comment")
    assert (item.external_id, item.text, item.own, item.is_post) == (
        written["uri"],
        "Når kommer bilen? 🚜",
        False,
        False,
    )
    assert (item.root_id, item.parent_id) == (post["uri"], post["uri"])
    assert (item.author_id, item.author_handle.lstrip("@")) == (kari.did, kari.handle)


def test_comments_with_one_timestamp_are_all_found_in_the_thread(
    meraker: BlueskyConnector, post: Written, kari: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()
    wanted = {kari.write(f"Samtidig {number}", under=post, at=at)["uri"] for number in range(7)}
    until(lambda: set(in_thread(meraker, post)) == wanted, "all seven in the thread")
    monkeypatch.setattr(bluesky, "PAGE", 2)
    paged = {item.external_id for item in pulled(meraker)}
    assert paged <= wanted
    print(f"of 7 with one timestamp, pages of 2 give {len(paged)}")  # noqa: T201 - what the thread pass is for
    assert set(in_thread(meraker, post)) == wanted


def test_an_edit_shows_its_new_text_and_a_deletion_is_gone(
    meraker: BlueskyConnector, post: Written, kari: Person
) -> None:
    edited, deleted = (answered(meraker, post, kari, text) for text in ("Før", "Borte"))
    kari.edit({"uri": edited.external_id}, "Etter", under=post)
    kari.delete({"uri": deleted.external_id})
    ids = [edited.external_id, deleted.external_id]

    def seen() -> bool:
        found = meraker.refresh(ids)
        first = found[ids[0]]
        return isinstance(first, Item) and first.text == "Etter" and found[ids[1]] is GONE

    until(seen, "the edit and the deletion")
    assert list(in_thread(meraker, post)) == [edited.external_id]


def test_a_reply_published_by_many_at_once_is_one_post(
    meraker: BlueskyConnector, post: Written, kari: Person, kommune: Person
) -> None:
    parent = ParentRef.of(answered(meraker, post, kari, "Når kommer bilen?"))
    text = "Før klokka sju. Se https://www.meraker.kommune.example/broyting"
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(kommune.connector().publish, parent, text, "nokkel-1", "nb") for _ in range(8)]
        published = {call.result().external_id for call in calls}
    assert len(published) == 1
    ours = [one["value"] for one in kommune.posts() if one["value"].get("reply")]
    assert [(one["text"], one["reply"]["parent"]["uri"]) for one in ours] == [(text, parent.external_id)]
    found = meraker.find_published(parent, text, datetime.now(UTC) - timedelta(minutes=1))
    assert found is not None
    assert {found.external_id} == published


def test_the_same_key_with_another_text_is_refused_and_overwrites_nothing(
    meraker: BlueskyConnector, post: Written, kari: Person, kommune: Person
) -> None:
    parent = ParentRef.of(answered(meraker, post, kari, "Når kommer bilen?"))
    meraker.publish(parent, "Før sju", "nokkel-2", "nb")
    with pytest.raises(RejectedError):
        meraker.publish(parent, "Etter sju", "nokkel-2", "nb")
    assert [one["value"]["text"] for one in kommune.posts() if one["value"].get("reply")] == ["Før sju"]


def test_a_hidden_answer_is_told_hidden_and_comes_back(meraker: BlueskyConnector, post: Written, kari: Person) -> None:
    answer = answered(meraker, post, kari, "Uhøflig").external_id
    for act, hidden in ((meraker.hide, True), (meraker.hide, True), (meraker.unhide, False)):
        act(answer)
        until(lambda hidden=hidden: in_thread(meraker, post)[answer].hidden is hidden, f"hidden {hidden}")
    assert in_thread(meraker, post)[answer].hidden is False


@pytest.mark.parametrize(
    ("text", "fits"),
    [("æ" * 300, True), ("æ" * 301, False), (FAMILY * 120, True), (FAMILY * 121, False)],
    ids=["300 graphemes", "301 graphemes", "3000 bytes", "3025 bytes"],
)
def test_the_server_takes_exactly_what_we_count_as_short_enough(
    meraker: BlueskyConnector, post: Written, kari: Person, text: str, fits: bool
) -> None:
    parent = ParentRef.of(answered(meraker, post, kari, "Forklar"))
    assert meraker.count(text).too_long is not fits
    if fits:
        published = meraker.publish(parent, text, "nokkel-3", "nb")
        # Held on to: the server may show what we just wrote, then not, until the whole network knows it.
        reply = until(lambda: in_thread(meraker, post).get(published.external_id), "our reply")
        assert reply.text == text
    else:
        with pytest.raises(RejectedError):
            meraker.publish(parent, text, "nokkel-3", "nb")


def test_our_own_reply_is_told_as_ours_and_can_be_deleted_and_liking_is_harmless_twice(
    meraker: BlueskyConnector, post: Written, kari: Person
) -> None:
    answer = answered(meraker, post, kari, "Takk!")
    reply = meraker.publish(ParentRef.of(answer), "Så hyggelig", "nokkel-4", "nb").external_id
    assert until(lambda: in_thread(meraker, post).get(reply), "our reply").own
    meraker.like(answer.external_id)
    meraker.like(answer.external_id)
    meraker.delete(reply)
    until(lambda: meraker.refresh([reply])[reply] is GONE, "the deletion")


@pytest.mark.django_db(transaction=True)
def test_the_house_takes_in_everything_once_however_often_it_pulls(
    meraker: BlueskyConnector, post: Written, kari: Person, kommune: Person
) -> None:
    channel = Channel.objects.create(
        municipality=cast.meraker().municipality,
        platform=Channel.Platform.BLUESKY,
        base_url=kommune.url,
        handle=kommune.handle,
        name="Meråker kommune på Bluesky",
        token=kommune.session(),
    )
    at = now()
    wanted = {kari.write(f"Samtidig {number}", under=post, at=at)["uri"] for number in range(6)}
    until(lambda: set(in_thread(meraker, post)) == wanted, "all six in the thread")
    for _ in range(3):
        pulling.pull(channel.pk)
    channel.refresh_from_db()
    assert (channel.problem, channel.account_id) == ("", kommune.did)
    assert set(Comment.objects.filter(channel=channel).values_list("external_id", flat=True)) == wanted
    assert all(comment.versions.count() == 1 and comment.post for comment in Comment.objects.filter(channel=channel))
