"""Answers have the keys and JSON types that a real Mastodon 4.6.4 was recorded to give."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.simulator_server import Simulator

RECORDINGS = Path(__file__).parents[3] / "shared" / "channels" / "mastodon"

pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings beside the repository ({RECORDINGS})")


def recorded(name: str, number: int) -> dict[str, Any]:
    """One recorded answer: its status, headers and body."""
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))[number]["response"]


def differences(wanted: Any, given: Any, where: str = "body") -> list[str]:
    """Where the two differ in keys or JSON types; null goes with everything, lists are compared by their first."""
    if wanted is None or given is None:
        return []
    if type(wanted) is not type(given):
        return [f"{where}: {type(wanted).__name__} became {type(given).__name__}"]
    if isinstance(wanted, dict):
        found = [f"{where}: {key} is missing" for key in wanted.keys() - given.keys()]
        found += [f"{where}: {key} is not Mastodon's" for key in given.keys() - wanted.keys()]
        return found + [
            one
            for key in wanted.keys() & given.keys()
            for one in differences(wanted[key], given[key], f"{where}.{key}")
        ]
    if isinstance(wanted, list) and wanted and given:
        return differences(wanted[0], given[0], f"{where}[0]")
    return []


@pytest.fixture
def comment(simulator: Simulator) -> str:
    return simulator.comment(simulator.post(), "Når kommer dere?")


def test_the_comparison_itself_finds_a_missing_key_a_foreign_key_and_a_wrong_type():
    assert differences({"a": 1, "b": "x"}, {"b": 2, "c": 3}) != []
    assert len(differences({"a": 1, "b": "x"}, {"b": 2, "c": 3})) == 3


def test_a_published_reply_is_shaped_as_recorded(simulator: Simulator, comment: str):
    wanted = recorded("test_status_reply", 2)
    sent = {"status": "@kari_provestad Nå.", "in_reply_to_id": comment, "visibility": "public"}
    given = simulator.api("POST", "/api/v1/statuses", data=sent)
    assert given.status_code == wanted["status"]
    assert differences(wanted["body"], given.json()) == []
    assert given.json()["content"].startswith('<p><span class="h-card" translate="no"><a href="')


def test_mention_markup_is_letter_by_letter_as_recorded(simulator: Simulator):
    wanted = recorded("test_notifications_mentions_only", 0)["body"]["content"]
    simulator.account("mastodonpy_test", "Prøve", "another-token")
    given = simulator.api("POST", "/api/v1/statuses", data={"status": "@mastodonpy_test hello!"}).json()["content"]
    assert given == wanted.replace("http://localhost:3000", simulator.url)


def test_a_notification_is_shaped_as_recorded(simulator: Simulator, comment: str):
    wanted = recorded("test_notifications_mentions_only", 1)
    given = simulator.api("GET", "/api/v1/notifications?types[]=mention")
    assert differences(wanted["body"], given.json()) == []
    number = given.json()[0]["id"]
    ways = wanted["headers"]["link"].replace("http://localhost:3000", simulator.url).replace("=21&", f"={number}&")
    assert given.headers["Link"] == ways


def test_our_own_account_is_shaped_as_recorded(simulator: Simulator):
    wanted = recorded("test_status_reply", 1)["body"]
    assert differences(wanted, simulator.api("GET", "/api/v1/accounts/verify_credentials").json()) == []


def test_the_instance_is_shaped_as_recorded(simulator: Simulator):
    wanted, given = recorded("test_instance", 0)["body"], simulator.api("GET", "/api/v2/instance").json()
    assert differences(wanted, given) == []
    for limit in ("max_characters", "characters_reserved_per_url"):
        assert given["configuration"]["statuses"][limit] == wanted["configuration"]["statuses"][limit]


def test_a_read_status_history_and_source_are_shaped_as_recorded(simulator: Simulator):
    mine = simulator.api("POST", "/api/v1/statuses", data={"status": "Vi brøyter."}).json()["id"]
    edited = simulator.api("PUT", f"/api/v1/statuses/{mine}", data={"status": "Vi brøyter nå."})
    assert differences(recorded("test_status_edit", 2)["body"], edited.json()) == []
    seen_by_others = simulator.api("GET", f"/api/v1/statuses/{mine}", token="demo-token-tydal").json()
    assert differences(recorded("test_status_edit", 3)["body"], seen_by_others) == []
    history = simulator.api("GET", f"/api/v1/statuses/{mine}/history").json()
    assert len(history) == 2
    assert differences(recorded("test_status_edit", 4)["body"], history) == []
    source = simulator.api("GET", f"/api/v1/statuses/{mine}/source").json()
    assert differences(recorded("test_status_edit", 5)["body"], source) == []


def test_a_deletion_is_shaped_as_recorded(simulator: Simulator):
    wanted = recorded("test_status_reply", 4)
    mine = simulator.api("POST", "/api/v1/statuses", data={"status": "Vi brøyter."}).json()["id"]
    given = simulator.api("DELETE", f"/api/v1/statuses/{mine}")
    assert differences(wanted["body"], given.json()) == []
    assert given.json()["text"] == "Vi brøyter."
    assert given.headers["X-RateLimit-Limit"] == wanted["headers"]["x-ratelimit-limit"]


@pytest.mark.parametrize(
    ("name", "method", "path", "token", "fields"),
    [
        ("test_home_tl_anonymous_throws", "GET", "/api/v1/notifications", None, None),
        ("test_home_tl_anonymous_throws", "GET", "/api/v1/notifications", "wrong", None),
        ("test_status_missing", "GET", "/api/v1/statuses/0", "demo-token-meraker", None),
        ("test_status_empty", "POST", "/api/v1/statuses", "demo-token-meraker", {"status": ""}),
    ],
)
def test_refusals_are_as_recorded(simulator: Simulator, name: str, method: str, path: str, token: str, fields: Any):
    wanted = recorded(name, 0)
    given = simulator.api(method, path, token=token, data=fields)
    assert given.status_code == wanted["status"]
    assert differences(wanted["body"], given.json()) == []
    assert given.headers["Content-Type"] == wanted["headers"]["content-type"]
    if wanted["status"] != 422:  # the recorded account reads Japanese
        assert given.json() == wanted["body"]
