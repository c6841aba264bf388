"""Comments, replies, forwardings, records and exports live at random, killed anywhere: never an illegal state.

Small and always the same lives here; `make figures ONLY=R13` runs ten thousand steps of new ones.
"""

import pytest

from tests.machines.comments import CommentMachine
from tests.machines.forwardings import ForwardingMachine
from tests.machines.machine import HouseMachine, missing, run
from tests.machines.replies import ReplyMachine

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("machine", [CommentMachine, ReplyMachine, ForwardingMachine])
def test_a_life_is_legal_whatever_kills_it(machine: type[HouseMachine]) -> None:
    run(machine, examples=10, steps=25)
    print(machine.score, missing(machine))
