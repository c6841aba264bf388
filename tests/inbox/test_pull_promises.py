"""One pull a channel at a time, longer waits while a platform is away, and the usual interval once it is back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from inbox import pulling
from inbox.models import Channel, Comment
from tests import cast
from tests.inbox.every_platform import PLATFORMS, open_channel
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def another_worker_pulls(channel: Channel) -> Iterator[None]:
    """Another worker, on its own connection, in the middle of a pull of the channel."""
    inside, done = threading.Event(), threading.Event()

    def work() -> None:
        with pulling.only_one(channel.pk) as mine:
            assert mine
            inside.set()
            done.wait(30)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    assert inside.wait(30)
    try:
        yield
    finally:
        done.set()
        worker.join()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_while_one_worker_pulls_another_gives_way_without_a_call(platform: str, simulator: Simulator) -> None:
    channel = open_channel(simulator, platform)
    simulator.comment(simulator.post(platform=platform), "Når?")
    with another_worker_pulls(channel):
        pulling.pull(channel.pk)
        assert not Comment.objects.exists()
        channel.refresh_from_db()
        assert channel.pulled_at is None
    pulling.pull(channel.pk)
    assert Comment.objects.count() == 1


def test_other_channels_are_pulled_meanwhile(simulator: Simulator) -> None:
    channel, other = cast.meraker(simulator.url).channel, cast.tydal(simulator.url).channel
    Channel.objects.update(account_id="")  # asked for at the first pull
    with another_worker_pulls(channel):
        pulling.pull(other.pk)
    other.refresh_from_db()
    assert other.pulled_at


def test_each_failure_waits_about_twice_as_long_up_to_an_hour_and_never_twice_the_same(simulator: Simulator) -> None:
    channel = cast.meraker(simulator.url).channel
    Channel.objects.update(pull_every=200, account_id="")
    simulator.fault("status", path="/api/", code=500)
    waits = []
    for _ in range(8):
        began = timezone.now()
        pulling.pull(channel.pk)
        channel.refresh_from_db()
        assert channel.next_pull_at is not None
        waits.append((channel.next_pull_at - began).total_seconds())
    for wait, usual in zip(waits, [200, 400, 800, 1600, 3200, 3600, 3600, 3600], strict=True):
        assert usual * 0.5 <= wait <= usual * 1.5, waits
    assert len({round(wait, 2) for wait in waits}) == 8
    simulator.clear_faults()
    pulling.pull(channel.pk)
    channel.refresh_from_db()
    assert channel.next_pull_at is not None
    assert (channel.next_pull_at - timezone.now()).total_seconds() <= 300
    assert (channel.failures, channel.problem) == (0, "")
