"""A task that kills its worker is set aside after three deaths and shown, while the others go on."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import StuckTask
from audit.workers import TRIES
from tests import cast
from tests.audit.poison import honest, poison
from tests.processes import running_worker
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_task_that_kills_its_worker_is_set_aside_and_shown_while_others_go_on(tmp_path: Path, client: Client) -> None:
    with running_worker("--include=tests.audit.poison", TRACES=str(tmp_path)):
        honest.delay(1)
        poison.delay(7)
        honest.delay(2)
        wait_for(lambda: StuckTask.objects.filter(times=TRIES).exists(), "it to be set aside", seconds=60)
        honest.delay(3)
        poison.delay(7)
        poison.delay(8)
        wait_for(lambda: StuckTask.objects.filter(times=TRIES).count() == 2, "the other one too", seconds=60)
        honest.delay(4)
        wait_for(lambda: (tmp_path / "honest-4").exists(), "the work to go on", seconds=60)
    assert (tmp_path / "poison-7").read_text() == "x" * TRIES, "set aside, it was run again"
    assert {one.name for one in tmp_path.iterdir()} >= {f"honest-{number}" for number in (1, 2, 3, 4)}
    client.force_login(cast.meraker().kari.user)
    page = client.get(reverse("workers")).content.decode()
    assert "Oppgaver er lagt til side" in page
    assert "tests.poison (7,)" in page
