"""Rate limits are kept per account and told in the headers, as on Mastodon."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from tests.simulator_server import Simulator, running_simulator


@pytest.fixture
def limited(tmp_path: Path):
    with running_simulator(tmp_path, calls_per_five_minutes=5) as url:
        steering = Simulator(url)
        steering.reset()
        yield steering


def ask(simulator: Simulator, token: str = "demo-token-meraker") -> requests.Response:
    return simulator.api("GET", "/api/v1/accounts/verify_credentials", token=token)


def test_the_sixth_call_of_five_is_refused_for_that_account_only(limited: Simulator):
    answers = [ask(limited) for _ in range(6)]
    if len({answer.headers["X-RateLimit-Reset"] for answer in answers}) > 1:
        answers = [ask(limited) for _ in range(6)]  # a new window began in between
    assert [answer.status_code for answer in answers][-2:] == [200, 429]
    assert answers[-1].json() == {"error": "Too many requests"}
    assert answers[-1].headers["X-RateLimit-Remaining"] == "0"
    assert ask(limited, "demo-token-tydal").status_code == 200


def test_the_headers_tell_limit_rest_and_reset_in_iso(limited: Simulator):
    answer = ask(limited, "demo-token-tydal")
    assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == ("5", "4")
    left = datetime.fromisoformat(answer.headers["X-RateLimit-Reset"]) - datetime.now(UTC)
    assert 0 <= left.total_seconds() <= 300


def test_without_limits_nothing_is_refused_and_the_headers_stay(simulator: Simulator):
    answers = [ask(simulator) for _ in range(40)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["X-RateLimit-Remaining"] for answer in answers} == {"299"}
