"""What the workers went through is counted, and a task that brings its worker down is left alone and shown."""

from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from celery import current_app
from celery.signals import task_postrun, task_prerun
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import workers
from audit.models import StuckTask, TaskHour
from audit.wake import broker
from inbox.tasks import publish_reply, sweep_replies
from socialdesk.task_names import NAMES
from tests import cast
from tests.factories import make_member

pytestmark = pytest.mark.django_db
NAME = "inbox.tasks.publish_reply"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    workers._counts.clear()


def test_what_happens_in_an_hour_is_added_up_and_the_longest_wait_kept() -> None:
    for waited in (0.5, 7.25, 2.0):
        workers.note_run(NAME, waited)
        workers.write()
    workers.note_lost(NAME)
    workers.note_fall(NAME, [41], "ValueError")
    row = TaskHour.objects.get()
    assert (row.ran, row.longest_wait, row.lost, row.fell) == (3, 7.25, 1, 1)
    assert row.last_fall == "ValueError (41,)"


def test_what_the_database_did_not_take_is_written_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_taken: Any) -> None:
        raise OSError("away")

    with monkeypatch.context() as patched:
        patched.setattr(workers, "_add", away)
        workers.note_fall(NAME, [41], "ValueError")
    workers.write()
    assert TaskHour.objects.get().fell == 1


def test_a_task_that_brought_three_workers_down_rests_for_an_hour_whoever_queues_it() -> None:
    assert [workers.may_run(NAME, [41], again=True) for _death in range(3)] == [True, True, False]
    assert not workers.may_run(NAME, [41], again=False)
    assert workers.may_run(NAME, [42], again=False)
    StuckTask.objects.update(last_at=timezone.now() - timedelta(minutes=61))
    assert workers.may_run(NAME, [41], again=False)


def test_a_task_that_goes_well_after_all_is_forgotten() -> None:
    workers.may_run(NAME, [41], again=True)
    workers.went_well(NAME, [41])
    assert not StuckTask.objects.exists()


def test_a_run_is_counted_with_its_wait_and_a_stuck_one_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []
    monkeypatch.setattr("inbox.publishing.publish", ran.append)
    publish_reply.apply([41])
    StuckTask.objects.create(task=NAME, ids="(41,)", times=3, last_at=timezone.now())
    publish_reply.apply([41])
    workers.write()
    row = TaskHour.objects.get(task=NAME)
    assert (ran, row.ran, row.fell) == ([41], 1, 1)
    assert "left alone" in row.last_fall


def test_what_a_sweep_finds_is_counted(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr("inbox.publishing.due_replies", lambda: [41, 42])
    monkeypatch.setattr(broker, "rest_until", 0.0)
    with django_capture_on_commit_callbacks(execute=True):
        sweep_replies.apply()
    workers.write()
    assert TaskHour.objects.get(task="inbox.tasks.sweep_replies").found == 2
    current_app.control.purge()


def test_what_stands_in_the_line_because_of_a_sweep_is_not_put_there_by_the_next(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr("inbox.publishing.due_replies", lambda: [43, 44])
    monkeypatch.setattr("inbox.publishing.publish", lambda _: None)
    monkeypatch.setattr(broker, "rest_until", 0.0)

    def sweep() -> int:
        with django_capture_on_commit_callbacks(execute=True):
            sweep_replies.apply()
        return int(current_app.control.purge())

    assert [sweep(), sweep()] == [2, 0]
    publish_reply.apply([43])
    assert sweep() == 1
    publish_reply.apply([43])
    publish_reply.apply([44])


@pytest.mark.django_db(transaction=True)
def test_a_worker_keeps_its_connection_from_task_to_task_and_takes_another_when_it_is_lost() -> None:
    in_a_worker = SimpleNamespace(request=SimpleNamespace(is_eager=False))

    def backend() -> int:
        for signal in (task_prerun, task_postrun):
            signal.send(sender=publish_reply, task=in_a_worker)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    connection.close()
    first = backend()
    assert backend() == first
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    assert backend() != first


def test_a_lead_and_an_administrator_see_it_and_nobody_else(client: Client) -> None:
    place = cast.meraker()
    client.force_login(place.kari.user)
    assert "Ingen arbeider har meldt seg" in client.get(reverse("workers")).content.decode()
    workers.note_fall(NAME, [41], "ValueError")
    StuckTask.objects.create(task=NAME, ids="(41,)", times=3, last_at=timezone.now())
    client.force_login(make_member(place.municipality, "Sigrid System", "sysadmin").user)
    page = client.get(reverse("workers")).content.decode()
    assert "ValueError (41,)" in page
    assert "Publiser svar" in page
    assert NAME in page
    assert "Oppgaver er lagt til side" in page
    client.force_login(place.ola.user)
    assert client.get(reverse("workers")).status_code == 403


def test_every_task_has_a_name_for_people() -> None:
    current_app.loader.import_default_modules()
    ours = {name for name in current_app.tasks if not name.startswith(("celery.", "tests."))}
    assert ours == NAMES.keys()


def test_what_is_old_is_forgotten() -> None:
    workers.note_fall(NAME, [41], "ValueError")
    TaskHour.objects.update(hour=timezone.now() - timedelta(days=31))
    workers.forget_old()
    assert not TaskHour.objects.exists()
