"""Every kind of fault does what it says, and the book tells what was really written."""

import time

import pytest
import requests

from tests.simulator_server import Simulator

STATUSES = "/api/v1/statuses"


def publish(simulator: Simulator, text: str = "Svar") -> requests.Response:
    return simulator.api("POST", STATUSES, data={"status": text}, headers={"Idempotency-Key": text})


def test_a_status_fault_answers_with_code_body_and_headers_and_writes_nothing(simulator: Simulator):
    simulator.fault(
        "status", method="POST", path=STATUSES, code=429, body={"error": "Vent"}, headers={"Retry-After": "7"}
    )
    given = publish(simulator)
    assert (given.status_code, given.json(), given.headers["Retry-After"]) == (429, {"error": "Vent"}, "7")
    assert simulator.book() == []


def test_error_before_writes_nothing(simulator: Simulator):
    simulator.fault("error_before", method="POST", path=STATUSES)
    given = publish(simulator)
    assert given.status_code == 500
    assert given.headers["Content-Type"].startswith("text/html")
    assert simulator.book() == []


def test_error_after_has_written_and_a_retry_with_the_key_finds_it(simulator: Simulator):
    simulator.fault("error_after", method="POST", path=STATUSES, times=1)
    assert publish(simulator).status_code == 500
    assert len(simulator.book()) == 1
    assert publish(simulator).json()["id"] == simulator.book()[0]["id"]
    assert len(simulator.book()) == 1


@pytest.mark.parametrize(("kind", "written"), [("reset_before", 0), ("reset_after", 1)])
def test_a_reset_cuts_the_connection(simulator: Simulator, kind: str, written: int):
    simulator.fault(kind, method="POST", path=STATUSES)
    with pytest.raises(requests.ConnectionError, match=r"[Rr]eset by peer|without response"):
        publish(simulator)
    assert len(simulator.book()) == written


def test_a_malformed_answer_is_half_of_the_json_but_done(simulator: Simulator):
    simulator.fault("malformed", method="POST", path=STATUSES)
    given = publish(simulator)
    assert given.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        given.json()
    assert len(simulator.book()) == 1


def test_a_malformed_answer_may_have_a_body_of_its_own(simulator: Simulator):
    simulator.fault("malformed", path="/api/v1/notifications", body={"not": "a list"})
    assert simulator.api("GET", "/api/v1/notifications").json() == {"not": "a list"}


def test_a_delay_waits_and_then_answers_as_usual(simulator: Simulator):
    simulator.fault("delay", method="POST", path=STATUSES, seconds=0.3)
    started = time.monotonic()
    assert publish(simulator).status_code == 200
    assert time.monotonic() - started >= 0.3


def test_a_trickle_is_slow_from_the_first_byte_to_the_last_and_complete(simulator: Simulator):
    simulator.fault("trickle", path="/api/v2/instance", seconds=0.4)
    started = time.monotonic()
    with requests.get(f"{simulator.url}/api/v2/instance", stream=True, timeout=10) as given:
        first = next(given.iter_content(16))
        first_after = time.monotonic() - started
        rest = b"".join(given.iter_content(4096))
    assert first_after < 0.2
    assert time.monotonic() - started >= 0.4
    assert (first + rest).endswith(b"}\n")


def test_read_lag_hides_the_newest_writes_edits_and_deletions_for_a_while(simulator: Simulator):
    post = simulator.post()
    old = simulator.comment(post, "Gammel", mention=False)
    gone = simulator.comment(post, "Snart borte", mention=False)
    time.sleep(0.35)
    simulator.edit(old, "Endret")
    simulator.delete(gone)
    young = simulator.comment(post, "Ny")
    simulator.fault("read_lag", method="GET", path="/api/", ms=300)
    context = simulator.api("GET", f"{STATUSES}/{post}/context").json()["descendants"]
    assert [one["content"] for one in context] == ["<p>Gammel</p>", "<p>Snart borte</p>"]
    assert simulator.api("GET", f"{STATUSES}/{young}").status_code == 404
    assert simulator.api("GET", "/api/v1/notifications").json() == []
    time.sleep(0.35)
    context = simulator.api("GET", f"{STATUSES}/{post}/context").json()["descendants"]
    assert [one["id"] for one in context] == [old, young]
    assert len(simulator.api("GET", "/api/v1/notifications").json()) == 1


def test_a_lagging_platform_still_answers_a_write_with_what_was_written(simulator: Simulator):
    simulator.fault("read_lag", method="GET", ms=60_000)
    assert publish(simulator).json()["content"] == "<p>Svar</p>"


def test_times_probability_and_seed_decide_how_often(simulator: Simulator):
    simulator.fault("error_before", path="/api/v2", times=2)
    codes = [simulator.api("GET", "/api/v2/instance").status_code for _ in range(4)]
    assert codes == [500, 500, 200, 200]
    runs = []
    for _ in range(2):
        simulator.clear_faults()
        simulator.fault("error_before", path="/api/v2", probability=0.5, seed=7)
        runs.append([simulator.api("GET", "/api/v2/instance").status_code for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


def test_a_rule_strikes_only_what_it_matches_and_counts_its_hits(simulator: Simulator):
    simulator.fault("error_before", method="GET", match={"regex": r"/context$", "token": "demo-token-tydal"})
    post = simulator.post()
    assert simulator.api("GET", f"{STATUSES}/{post}/context").status_code == 200
    assert simulator.api("GET", f"{STATUSES}/{post}", token="demo-token-tydal").status_code == 200
    assert simulator.api("GET", f"{STATUSES}/{post}/context", token="demo-token-tydal").status_code == 500
    assert [rule["hits"] for rule in simulator.faults()] == [1]


def test_a_delay_goes_together_with_another_fault_and_of_two_others_the_first_wins(simulator: Simulator):
    for kind, more in (("delay", {"seconds": 0.2}), ("status", {"code": 503}), ("error_before", {})):
        simulator.fault(kind, path="/api/v2", **more)
    started = time.monotonic()
    assert simulator.api("GET", "/api/v2/instance").status_code == 503
    assert time.monotonic() - started >= 0.2
    assert [rule["hits"] for rule in simulator.faults()] == [1, 1, 0]


def test_control_and_health_are_never_disturbed_and_cleared_faults_are_gone(simulator: Simulator):
    simulator.fault("error_before")
    assert requests.get(f"{simulator.url}/healthz", timeout=5).json() == {"ok": True}
    assert simulator.api("GET", "/api/v2/instance").status_code == 500
    simulator.clear_faults()
    assert simulator.api("GET", "/api/v2/instance").status_code == 200


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"kind": "explode"},
        {"kind": "delay", "second": 1},
        {"kind": "delay", "seconds": "1"},
        {"kind": "delay", "match": {"regex": "("}},
        {"kind": "delay", "match": {"host": "x"}},
        "delay",
    ],
)
def test_a_rule_that_is_not_understood_is_refused_with_the_reason(simulator: Simulator, rule: object):
    given = requests.post(f"{simulator.url}/_control/faults", json=[{"kind": "delay"}, rule], timeout=5)
    assert given.status_code == 422
    assert given.json()["error"]
    assert simulator.faults() == []


def test_a_forgotten_key_lets_the_same_status_be_written_twice(simulator: Simulator):
    simulator.fault("forget_key", method="POST", path=STATUSES)
    for _ in range(2):
        assert publish(simulator).status_code == 200
    assert len(simulator.book()) == 2
