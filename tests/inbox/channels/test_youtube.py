"""YouTube against the practice platform: comments in, replies out, each exactly once, and every unit counted."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channels import youtube
from inbox.channels.base import (
    GONE,
    UNKNOWN,
    AccountProblem,
    AuthExpiredError,
    ChannelError,
    GoneError,
    Item,
    ParentRef,
    PermissionMissingError,
    ProtocolError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.youtube import YoutubeConnector
from inbox.channels.youtube_quota import DailyQuota, seconds_to_midnight
from simulator.dialects.youtube_shapes import comment_id, film_id
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.test_mastodon import an_hour_ago, ids, read_all
from tests.inbox.channels.youtube_answers import FILM, US, comment, number, page, refusal, thread
from tests.simulator_server import TOKENS, Simulator

TEXT = "Brøytebilen kommer før klokka sju."
COMMENTS, THREADS = "/youtube/v3/comments", "/youtube/v3/commentThreads"


@pytest.fixture
def channel(simulator: Simulator) -> YoutubeConnector:
    """Meråker's channel on the practice platform."""
    return YoutubeConnector(simulator.url, TOKENS["meraker"])


def film(post: str) -> str:
    return film_id(int(post))


def top(written: str) -> str:
    return comment_id(int(written))


def answer_id(written: str, above: str) -> str:
    return comment_id(int(written), int(above))


def say(simulator: Simulator, parent: str, text: str = "Når kommer brøytebilen?") -> str:
    return simulator.comment(parent, text, mention=False)


def parent_of(connector: YoutubeConnector, comment: str) -> ParentRef:
    (found,) = connector.refresh([comment]).values()
    assert isinstance(found, Item)
    return ParentRef.of(found)


# Reading


def test_a_quiet_pull_costs_one_unit_and_brings_what_is_new(simulator: Simulator, channel: YoutubeConnector):
    post = simulator.post("Vi brøyter.\nHele natta.")
    first = say(simulator, post)
    items, cursor = read_all(channel)
    (item,) = items
    assert (item.external_id, item.root_id, item.parent_id) == (top(first), film(post), film(post))
    assert (item.text, item.own, item.is_post, item.edited_at) == ("Når kommer brøytebilen?", False, False, None)
    assert item.permalink == f"https://www.youtube.com/watch?v={film(post)}&lc={top(first)}"
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


# Writing


def test_an_answer_to_an_answer_goes_under_the_top_level_comment(simulator: Simulator, channel: YoutubeConnector):
    first = say(simulator, simulator.post())
    nested = say(simulator, first)
    published = channel.publish(parent_of(channel, answer_id(nested, first)), TEXT, "k1", "nb")
    (stands,) = simulator.book("meraker")
    assert (stands["text"], stands["in_reply_to_id"]) == (TEXT, first)
    assert published.external_id == answer_id(stands["id"], first)
    assert published.created_at is not None
    (ours,) = [item for item in read_all(channel)[0] if item.own]
    assert ours.external_id == published.external_id


@pytest.mark.parametrize("kind", ["error_after", "reset_after", "malformed"])
def test_a_reply_whose_answer_was_lost_is_found_and_stands_once(
    kind: str, simulator: Simulator, channel: YoutubeConnector
):
    first = say(simulator, simulator.post())
    parent = ParentRef(top(first))
    simulator.fault(kind, method="POST", path=COMMENTS, times=1)
    with pytest.raises(UnclearError):
        channel.publish(parent, TEXT, "k1", "nb")
    simulator.comment_all([{"parent": first, "text": f"Nr. {n}", "mention": False} for n in range(150)])
    found = channel.find_published(parent, TEXT, datetime.now(UTC))
    (stands,) = simulator.book("meraker")
    assert found is not None
    assert found.external_id == answer_id(stands["id"], first)
    assert channel.find_published(parent, TEXT, an_hour_ago(), {found.external_id}) is None
    assert channel.find_published(parent, TEXT, datetime.now(UTC) + timedelta(minutes=6)) is None


@pytest.mark.parametrize("kind", ["error_before", "reset_before"])
def test_a_reply_that_never_was_written_is_not_found(kind: str, simulator: Simulator, channel: YoutubeConnector):
    parent = ParentRef(top(say(simulator, simulator.post())))
    simulator.fault(kind, method="POST", path=COMMENTS, times=1)
    with pytest.raises(UnclearError):
        channel.publish(parent, TEXT, "k1", "nb")
    assert channel.find_published(parent, TEXT, an_hour_ago()) is None
    assert simulator.book("meraker") == []


@pytest.mark.parametrize(
    "text", ["Hei!\n\nSe https://kommune.example/?a=1&b=2.", "  Takk   for  det ", "<b> & 👩‍👩‍👧‍👦"]
)
def test_a_reply_is_recognised_however_it_is_given_back(text: str, simulator: Simulator, channel: YoutubeConnector):
    parent = ParentRef(top(say(simulator, simulator.post())))
    published = channel.publish(parent, text, "k1", "nb")
    found = channel.find_published(parent, text, an_hour_ago())
    assert found is not None
    assert found.external_id == published.external_id


def test_a_look_that_is_not_complete_raises(simulator: Simulator, channel: YoutubeConnector, server: AnsweringServer):
    comment_here = say(simulator, simulator.post())
    channel.check_account()
    simulator.fault("error_before", method="GET", path=COMMENTS, times=1)
    with pytest.raises(TransientError):
        channel.find_published(ParentRef(top(comment_here)), TEXT, an_hour_ago())
    simulator.delete(comment_here)
    with pytest.raises(GoneError):
        channel.find_published(ParentRef(top(comment_here)), TEXT, an_hour_ago())
    server.on(COMMENTS, page({"id": 7}))
    with pytest.raises(ProtocolError):
        YoutubeConnector(server.url, "t", US).find_published(ParentRef(number(1)), TEXT, an_hour_ago())


def test_hiding_and_showing_again(simulator: Simulator, channel: YoutubeConnector):
    post = simulator.post()
    here = say(simulator, post)
    channel.hide(top(here))
    channel.hide(top(here))
    assert channel.thread(film(post)).items == ()
    with pytest.raises(RejectedError):
        channel.publish(ParentRef(top(here)), TEXT, "k", "nb")
    channel.unhide(top(here))
    assert ids(list(channel.thread(film(post)))) == [top(here)]


def test_deleting_ours_and_never_what_others_wrote(simulator: Simulator, channel: YoutubeConnector):
    here = say(simulator, simulator.post())
    ours = channel.publish(ParentRef(top(here)), TEXT, "k1", "nb").external_id
    channel.delete(ours)
    with pytest.raises(GoneError):
        channel.delete(ours)
    with pytest.raises(PermissionMissingError):
        channel.delete(top(here))
    with pytest.raises(RejectedError):
        channel.like(top(here))
    allowed = channel.capabilities
    assert (allowed.like, allowed.hide, allowed.unhide, allowed.delete_own, allowed.delete_others) == (
        False,
        True,
        True,
        True,
        False,
    )


def test_the_longest_text_is_accepted_and_one_more_refused(simulator: Simulator, channel: YoutubeConnector):
    parent = ParentRef(top(say(simulator, simulator.post())))
    text = "😀" + "ø" * 9998
    assert (channel.count(f" {text} ", parent).used, channel.count(text).too_long) == (10_000, False)
    channel.publish(parent, text, "k1", "nb")
    assert channel.count(text + "x").too_long
    with pytest.raises(RejectedError):
        channel.publish(parent, text + "x", "k2", "nb")


def test_an_id_from_nowhere_is_never_sent(server: AnsweringServer):
    server.on("/", b"{}")
    connector = YoutubeConnector(server.url, "t", US)
    for strange in ("../x", "", "a b", "x" * 300, f"{number(1)},{number(2)}", f"{number(1)}&moderationStatus=x"):
        for act in (connector.hide, connector.unhide, connector.delete, connector.thread):
            with pytest.raises(RejectedError):
                act(strange)
        with pytest.raises(RejectedError):
            connector.publish(ParentRef(strange), TEXT, "k", "nb")
    assert server.requests == []


# The account, errors and the quota


def test_the_account_is_checked(simulator: Simulator, channel: YoutubeConnector, server: AnsweringServer):
    state = channel.check_account()
    assert (state.ok, state.handle, state.name, state.max_length) == (True, "meraker", "Meråker kommune", 10_000)
    other = YoutubeConnector(simulator.url, TOKENS["tydal"], state.account_id).check_account()
    assert other.problem is AccountProblem.WRONG_ACCOUNT
    assert YoutubeConnector(simulator.url, "feil").check_account().problem is AccountProblem.AUTH_EXPIRED
    simulator.fault("error_before")
    assert channel.check_account().problem is AccountProblem.UNREACHABLE
    server.on("/", page())
    assert YoutubeConnector(server.url, "t").check_account().problem is AccountProblem.PERMISSION_MISSING


ERRORS = [
    (401, "authError", AuthExpiredError),
    (400, "keyInvalid", AuthExpiredError),
    (403, "forbidden", PermissionMissingError),
    (403, "insufficientPermissions", PermissionMissingError),
    (403, "ineligibleAccount", PermissionMissingError),
    (403, "SERVICE_UNAVAILABLE", PermissionMissingError),
    (403, "commentsDisabled", RejectedError),
    (403, "quotaExceeded", RateLimitedError),
    (403, "rateLimitExceeded", RateLimitedError),
    (429, "", RateLimitedError),
    (404, "commentNotFound", GoneError),
    (400, "commentTextTooLong", RejectedError),
    (400, "parentCommentIsPrivate", RejectedError),
    (400, "operationNotSupported", RejectedError),
    (400, "processingFailure", RejectedError),
    (500, "backendError", UnclearError),
    (503, "quotaExceeded", UnclearError),
    (409, "x", UnclearError),
]


@pytest.mark.parametrize(("status", "code", "kind"), ERRORS, ids=[f"{one[0]} {one[1]}" for one in ERRORS])
def test_errors_are_told_apart_by_status_and_reason(
    status: int, code: str, kind: type[ChannelError], server: AnsweringServer
):
    server.on("/", refusal(status, code), status)
    connector = YoutubeConnector(server.url, "t", US)
    with pytest.raises(kind) as caught:
        connector.publish(ParentRef(number(1)), TEXT, "k", "nb")
    assert type(caught.value) is kind
    assert caught.value.code == ("" if status >= 500 else code)
    with pytest.raises(TransientError if kind is UnclearError else kind):
        connector.find_published(ParentRef(number(1)), TEXT, an_hour_ago())


def test_a_used_up_quota_is_waited_for_until_midnight_in_california(server: AnsweringServer):
    evening = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  # noon there
    quota = DailyQuota(now=lambda: evening)
    server.on("/", refusal(403, "quotaExceeded"), 403)
    with pytest.raises(RateLimitedError) as caught:
        YoutubeConnector(server.url, "t", US, quota=quota).pull("")
    assert caught.value.retry_after == 12 * 3600
    assert quota.left == 0


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 21, 8, 0, tzinfo=UTC), 24),
        (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), 1),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), 25),  # the clock is put back there
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), 23),
    ],
)
def test_midnight_there_follows_their_clock(now: datetime, hours: int):
    assert seconds_to_midnight(now) == hours * 3600


def test_every_call_is_counted_and_the_last_units_are_kept_for_replies(simulator: Simulator):
    here = say(simulator, simulator.post())
    quota = DailyQuota()
    channel = YoutubeConnector(simulator.url, TOKENS["meraker"], quota=quota)
    channel.check_account()
    assert (quota.spent, quota.left) == (1, 9_999)
    ours = channel.publish(ParentRef(top(here)), TEXT, "k", "nb").external_id
    channel.hide(top(here))
    channel.unhide(top(here))
    channel.delete(ours)
    assert quota.spent == 201
    assert channel.pull("").throttle_seconds == 0
    quota.spend(9_500 - quota.spent)
    assert 0 < channel.pull("").throttle_seconds <= 25 * 3600  # the call that reaches what is kept
    spent = quota.spent
    with pytest.raises(RateLimitedError) as stopped:
        channel.pull("")
    assert 0 < stopped.value.retry_after <= 25 * 3600
    assert quota.spent == spent
    channel.publish(ParentRef(top(here)), "Svar likevel.", "k2", "nb")


def test_the_count_begins_anew_with_the_day_there():
    now = [datetime(2026, 11, 21, 7, 59, tzinfo=UTC)]
    quota = DailyQuota(spent=700, now=lambda: now[0])
    assert quota.spent == 700
    now[0] += timedelta(minutes=2)
    assert (quota.spent, quota.left) == (0, 10_000)


def test_what_is_left_out_of_an_answer_with_more_to_come_is_not_gone(server: AnsweringServer):
    server.on(THREADS, page())
    server.on(COMMENTS, page(comment(number(1)), following="more"))
    found = YoutubeConnector(server.url, "t", US).refresh([number(1), number(2)])
    assert isinstance(found[number(1)], Item)
    assert found[number(2)] is UNKNOWN


@pytest.mark.parametrize("state", ["heldForReview", "likelySpam", "rejected"])
def test_a_comment_kept_back_by_anybody_is_hidden_and_not_gone(state: str, server: AnsweringServer):
    server.on(COMMENTS, page())
    server.on(THREADS, page())
    query = f"part=snippet%2Creplies&allThreadsRelatedToChannelId={US}&textFormat=plainText&moderationStatus={state}"
    server.on(f"{THREADS}?{query}", page(thread(comment(number(1), moderationStatus=state))))
    found = YoutubeConnector(server.url, "t", US).refresh([number(1)])[number(1)]
    assert isinstance(found, Item)
    assert found.hidden


def test_forty_and_more_are_asked_about_in_several_calls(simulator: Simulator, channel: YoutubeConnector):
    post = simulator.post()
    written = simulator.comment_all([{"parent": post, "text": f"Nr. {n}", "mention": False} for n in range(45)])
    simulator.delete(written[44])
    found = channel.refresh([top(one) for one in written])
    assert [found[top(one)] is GONE for one in written] == [False] * 44 + [True]
