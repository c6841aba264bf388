"""Reading what is new, from the practice platform over HTTP."""

from typing import Any

import pytest

from inbox import pulling, readings, tasks
from inbox.actions import channels, not_in
from inbox.actions.errors import RefusedError
from inbox.models import Channel, Comment, RawPage, UnreadItem
from tests import cast
from tests.factories import make_member
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def channel(simulator: Simulator) -> Channel:
    channel = cast.meraker(simulator.url).channel
    channel.account_id = ""
    channel.save()
    return channel


def test_comments_that_do_not_mention_us_are_found_too(channel: Channel, simulator: Simulator) -> None:
    post = simulator.post("Barnehageopptaket er i gang.")
    simulator.comment(post, "Når er fristen?")
    simulator.comment(simulator.comment(post, "Enig", mention=False), "Samme her", mention=False)
    pulling.pull(channel.pk)
    assert sorted(Comment.objects.values_list("text", flat=True)) == ["Enig", "Når er fristen?", "Samme her"]
    assert set(Comment.objects.values_list("post__text", flat=True)) == {"Barnehageopptaket er i gang."}
    assert Comment.objects.get(text="Samme her").parent == Comment.objects.get(text="Enig")


def test_pulling_again_adds_nothing(channel: Channel, simulator: Simulator) -> None:
    post = simulator.post()
    simulator.comment_all([{"parent": post, "text": f"Kommentar {number}", "mention": True} for number in range(90)])
    pulling.pull(channel.pk)
    pulling.pull(channel.pk)
    assert Comment.objects.count() == 90
    assert all(comment.versions.count() == 1 for comment in Comment.objects.all())
    assert RawPage.objects.filter(channel=channel).exists()


def test_a_pull_that_stood_in_the_line_twice_reads_once_and_one_that_is_asked_for_reads_again(
    channel: Channel, simulator: Simulator
) -> None:
    tasks.pull_channel(channel.pk)
    channel.refresh_from_db()
    read_at = channel.pulled_at
    tasks.pull_channel(channel.pk)
    channel.refresh_from_db()
    assert channel.pulled_at == read_at
    channels.pause(channel, by=(lead := make_member(channel.municipality, role="lead")))
    channels.resume(channel, by=lead)
    simulator.comment(simulator.post(), "Hei")
    tasks.pull_channel(channel.pk)
    assert Comment.objects.get().text == "Hei"


def test_an_edit_is_seen_as_a_version_and_a_deletion_as_a_tombstone(channel: Channel, simulator: Simulator) -> None:
    post = simulator.post()
    edited, deleted = simulator.comment(post, "Skandale"), simulator.comment(post, "Slett meg")
    pulling.pull(channel.pk)
    simulator.edit(edited, "Jeg vil klage")
    simulator.delete(deleted)
    pulling.pull(channel.pk)
    row = Comment.objects.get(external_id=edited)
    assert [version.text for version in row.versions.all()] == ["Skandale", "Jeg vil klage"]
    gone = Comment.objects.get(external_id=deleted)
    assert gone.deleted_at is not None
    assert gone.text == "Slett meg"


def test_a_channel_whose_token_died_says_so_and_recovers(channel: Channel, simulator: Simulator) -> None:
    pulling.pull(channel.pk)
    simulator.fault("status", path="/api/v1/", code=401, times=1)
    pulling.pull(channel.pk)
    channel.refresh_from_db()
    assert channel.problem == Channel.Problem.TOKEN
    simulator.clear_faults()
    pulling.pull(channel.pk)
    channel.refresh_from_db()
    assert channel.problem == ""
    assert channel.pulled_at is not None


def test_an_answer_nobody_understands_is_kept_and_the_cursor_stays(channel: Channel, simulator: Simulator) -> None:
    simulator.comment(simulator.post(), "Hei")
    pulling.pull(channel.pk)
    channel.refresh_from_db()
    before = channel.cursor
    simulator.comment(simulator.post(), "En til")
    simulator.fault("malformed", method="GET", path="/api/v1/notifications", times=1)
    pulling.pull(channel.pk)
    channel.refresh_from_db()
    assert channel.problem == Channel.Problem.ODD
    assert channel.cursor == before
    assert RawPage.objects.exclude(problem="").exists()
    pulling.pull(channel.pk)
    assert Comment.objects.filter(text="En til").exists()


def test_one_comment_that_cannot_be_stored_is_kept_aside_and_the_others_come_in(
    channel: Channel, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = readings.read

    def fragile(text: str, context: Any) -> Any:
        if "gift" in text:
            raise ValueError("a detector that cannot take this text")
        return read(text, context)

    lead, post = make_member(channel.municipality, role="lead"), simulator.post()
    simulator.comment_all([{"parent": post, "text": text, "mention": True} for text in ("Før", "gift", "Etter")])
    with monkeypatch.context() as broken:
        broken.setattr(readings, "read", fragile)
        pulling.pull(channel.pk)
        channel.refresh_from_db()
        assert (channel.problem, bool(channel.cursor)) == ("", True)
        assert sorted(Comment.objects.values_list("text", flat=True)) == ["Etter", "Før"]
        kept = UnreadItem.objects.get()
        assert kept.reason == "could not be stored: ValueError"
        assert b"gift" in bytes(kept.body)
        with pytest.raises(RefusedError, match="ValueError"):
            not_in.read_item_again(kept, by=lead)
    not_in.read_item_again(kept, by=lead)
    assert Comment.objects.filter(text="gift").exists()
