"""Everything citizens write reaches the database, exactly, from each of the five platforms over real HTTP.

Section 6 of the notes on the platforms, and which file tries what:

| what a naive connector gets wrong | tried in |
| --- | --- |
| same page twice | here; channels/test_graph_hostile, test_youtube_reading, test_bluesky_hostile |
| the cursor's time shared by many | channels/test_bluesky_reading |
| a comment older than the last poll appearing late | here |
| edit between two pulls | here |
| deletion of a comment with a draft in review | here |
| our own reply seen as a new comment | here |
| answer lost after publish | test_publishing (Mastodon), channels/test_* (the others) |
| publish retried by two workers | test_publishing |
| token expired halfway | here |
| text at the limit | channels/test_counting, test_bluesky_parts |
| reply to a reply on a one-level platform | channels/test_graph_writing, test_youtube_writing |
| reply to a hidden comment | channels/test_graph_writing |
| author without name | channels/test_*_hostile* |
| HTML in text | channels/test_html_text |
| error text in another language | channels/test_refusals |
| 404 as HTML | channels/test_hostile_answers |
| webhook signatures | channels/test_graph_webhook |
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox import backfilling, pulling
from inbox.actions import comments, histories, replies
from inbox.counting import counts_of
from inbox.models import Backfill, Channel, Comment, Post, QuotaDay
from inbox.quota import quota_left
from inbox.tasks import pull_due_channels
from inbox.workflow import ReplyStatus
from tests import cast
from tests.inbox.every_platform import PLATFORMS, ids_in, open_channel, ours
from tests.processes import running_worker
from tests.simulator_server import Simulator
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
API = {"mastodon": "/api/", "bluesky": "/xrpc/", "facebook": "/graph/", "instagram": "/graph/", "youtube": "/youtube/"}
SOME = settings(
    max_examples=3, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def pull_until_quiet(channel: Channel, times: int = 12) -> None:
    """Pull as beat would, until a pull went well from end to end; then once more."""
    for _ in range(times):
        pulling.pull(channel.pk)
        channel.refresh_from_db()
        if not channel.problem:
            break
    assert channel.problem == ""
    Post.objects.update(thread_read_at=None)
    pulling.pull(channel.pk)


def words(text: str) -> str:
    """A text without the names in front: some platforms take ours away."""
    return re.sub(r"^(@[\w.-]+ )+", "", text)


@pytest.mark.parametrize("platform", PLATFORMS)
@SOME
@given(
    answers=st.lists(st.integers(0, 10**6), min_size=1, max_size=25),
    edited=st.sets(st.integers(0, 24), max_size=4),
    seed=st.integers(1, 50),
)
def test_whatever_is_written_at_any_depth_with_errors_is_there_exactly_once(
    platform: str, simulator: Simulator, answers: list[int], edited: set[int], seed: int
) -> None:
    simulator.reset()
    channel = open_channel(simulator, platform)
    there = [simulator.post("Vi brøyter.", platform=platform)]
    for number, choice in enumerate(answers):
        there.append(simulator.comment(there[choice % len(there)], f"Kommentar {number}", author=f"Kai {number % 3}"))
        if number == len(answers) // 2:
            pulling.pull(channel.pk)
    simulator.fault("error_before", path=API[platform], probability=0.1, seed=seed)
    late = (timezone.now() - timedelta(hours=5)).isoformat()
    simulator.comment(there[0], "Sent ute", created_at=late)
    for number in sorted(edited & set(range(len(answers)))):
        simulator.edit(there[number + 1], f"Endret {number}")
    for _ in range(4):
        pulling.pull(channel.pk)
    simulator.clear_faults()
    pulling.pull(channel.pk)
    pulling.pull(channel.pk)
    book, found = ids_in(simulator.comments("meraker", platform), platform), ours(channel)
    assert set(found) == set(book)
    assert {key: words(one.text) for key, one in found.items()} == {
        key: words(one["text"]) for key, one in book.items()
    }
    assert {one.post.text for one in found.values() if one.post} == {"Vi brøyter."}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_history_is_read_apart_with_pause_and_the_counts_agree(platform: str, simulator: Simulator) -> None:
    channel = open_channel(simulator, platform)
    lead = cast.make_member(channel.municipality, "Kari Holten", "lead")
    for days in (400, 100, 1):
        at = timezone.now() - timedelta(days=days)
        post = simulator.post(f"For {days} dager siden", platform=platform, created_at=at.isoformat())
        top = simulator.comment(post, "Topp", created_at=(at + timedelta(minutes=5)).isoformat())
        simulator.comment(top, "Svar", author="Bo Li", created_at=(at + timedelta(minutes=9)).isoformat())
    pulling.pull(channel.pk)
    reading = histories.start(channel, by=lead)
    assert histories.start(channel, by=lead).pk == reading.pk
    histories.pause(reading, by=lead)
    assert backfilling.run(reading.pk) is False
    simulator.fault("error_before", path=API[platform], times=1)
    histories.go_on(reading, by=lead)
    backfilling.run(reading.pk)
    reading.refresh_from_db()
    assert (reading.problem, reading.posts_read) == (Channel.Problem.AWAY, 0)
    histories.go_on(reading, by=lead)
    while backfilling.run(reading.pk):
        pass
    reading.refresh_from_db()
    assert (reading.state, reading.posts_read) == (Backfill.State.FINISHED, 3)
    book = ids_in(simulator.comments("meraker", platform), platform)
    assert set(ours(channel)) == set(book)
    assert len(book) == 6
    for count in counts_of(Post.objects.filter(channel=channel).select_related("channel")):
        assert count.difference == 0, (count, count.words)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_deleted_later_is_kept_with_a_tombstone(platform: str, simulator: Simulator) -> None:
    channel = open_channel(simulator, platform)
    member = cast.make_member(channel.municipality)
    gone = simulator.comment(simulator.post(platform=platform), "Slett meg")
    simulator.comment(simulator.post(platform=platform), "Bli stående")
    pulling.pull(channel.pk)
    comment = Comment.objects.get(text="Slett meg")
    comments.sort(comment, sortings=["praise"], by=member)
    draft = replies.draft(comment, text="Hei.", by=member)
    simulator.delete(gone)
    pulling.pull(channel.pk)
    comment.refresh_from_db()
    assert comment.deleted_at is not None
    assert comment.text == "Slett meg"
    draft.refresh_from_db()
    assert draft.text == "Hei."
    assert Comment.objects.get(text="Bli stående").deleted_at is None


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_what_is_hidden_on_the_platform_is_seen_and_seen_again_when_shown(platform: str, simulator: Simulator) -> None:
    channel = open_channel(simulator, platform)
    simulator.comment(simulator.post(platform=platform), "Skjul meg")
    pulling.pull(channel.pk)
    comment = Comment.objects.get()
    name = "is_hidden" if platform == "facebook" else "hide"
    for hidden in (True, False):
        path = f"/graph/v26.0/{comment.external_id}"
        assert simulator.api("POST", path, token=channel.token, json={name: hidden}).ok
        pulling.pull(channel.pk)
        comment.refresh_from_db()
        assert (comment.hidden_at is not None) is hidden


def test_youtube_counts_for_all_processes_and_stops_reading_while_some_is_left(simulator: Simulator) -> None:
    channel = open_channel(simulator, "youtube")
    simulator.comment(simulator.post(platform="youtube"), "Når?")
    pulling.pull(channel.pk)
    day = QuotaDay.objects.get()
    assert quota_left(channel) == (10_000 - day.spent, 10_000)
    QuotaDay.objects.update(spent=9_600)
    simulator.comment(simulator.post(platform="youtube"), "Og nå?")
    pulling.pull(channel.pk)
    channel.refresh_from_db()
    assert channel.problem == Channel.Problem.BUSY
    assert QuotaDay.objects.get().spent == 9_600
    assert not Comment.objects.filter(text="Og nå?").exists()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_comment_is_in_the_queue_within_one_interval_and_its_answer_stands_on_the_page(
    platform: str, simulator: Simulator
) -> None:
    channel = open_channel(simulator, platform)
    Channel.objects.update(pull_every=1)
    ola, kari = (
        cast.make_member(channel.municipality, name, role) for name, role in (("Ola", "member"), ("Kari", "lead"))
    )
    post = simulator.post(platform=platform)
    with running_worker():
        pull_due_channels.delay()
        wait_for(lambda: Channel.objects.filter(pulled_at__isnull=False).exists(), "the first pull")
        asked = simulator.comment(post, "Når kommer bilen?", author="Randi Moen")
        wait_for(_rung_until_there, "the comment in the queue", seconds=30)
        comment = Comment.objects.get()
        assert (comment.received_at - comment.posted_at).total_seconds() < 1.1 + 1 + 15  # the machine may be busy
        comments.sort(comment, sortings=["praise"], by=ola)
        reply = replies.draft(comment, text="Bilen kommer klokka ti.", by=ola)
        replies.submit(reply, by=ola)
        replies.approve(reply, by=kari)
        wait_for(lambda: type(reply).objects.filter(pk=reply.pk, status=ReplyStatus.PUBLISHED).exists(), "the reply")
    (book,) = simulator.book("meraker", platform)
    assert book["in_reply_to_id"] == asked
    assert words(book["text"]) == "Bilen kommer klokka ti."
    pulling.pull(channel.pk)
    assert Comment.objects.count() == 1  # our own answer is no comment


def _rung_until_there() -> bool:
    pull_due_channels.delay()
    return Comment.objects.exists()
