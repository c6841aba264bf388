"""YouTube against the practice platform: the account, errors and the quota."""

from datetime import UTC, datetime, timedelta

import pytest

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
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.youtube import YoutubeConnector
from inbox.channels.youtube_quota import DailyQuota, seconds_to_midnight
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.pulls import TEXT, an_hour_ago
from tests.inbox.channels.youtube_answers import US, comment, number, page, refusal, thread
from tests.inbox.channels.youtube_channel import COMMENTS, THREADS, say, top
from tests.simulator_server import TOKENS, Simulator


@pytest.fixture
def channel(simulator: Simulator) -> YoutubeConnector:
    """Meråker's channel on the practice platform."""
    return YoutubeConnector(simulator.url, TOKENS["meraker"])


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
