"""Comments, replies, forwardings, records and exports live at random, killed anywhere: never an illegal state.

Small and always the same lives here; `make figures ONLY=R13` runs ten thousand steps of new ones.
"""

import logging

import pytest

from tests.machines.comments import CommentMachine
from tests.machines.every import every_act, every_work
from tests.machines.forwardings import ForwardingMachine
from tests.machines.machine import HouseMachine, run
from tests.machines.records import RecordMachine
from tests.machines.replies import ReplyMachine

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)


@pytest.mark.parametrize("machine", [CommentMachine, ReplyMachine, ForwardingMachine, RecordMachine])
def test_a_life_is_legal_whatever_kills_it(machine: type[HouseMachine]) -> None:
    run(machine, examples=4, steps=15)
    assert machine.score.done > 10


def test_an_act_that_is_killed_leaves_nothing_and_can_be_done_again() -> None:
    assert every_act(stride=16) > 30


def test_what_a_worker_that_is_killed_leaves_is_finished_by_the_sweeps() -> None:
    assert every_work(stride=25) > 8
