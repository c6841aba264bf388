"""The practice platform sends webhooks as Meta does, and with the faults one asks for."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.simulator_server import TOKENS, Simulator
from tests.waiting import wait_for

SECRET, WORD = "hemmelig", "ordet"


class Listener:
    """Somebody who subscribed: keeps what came; `answers` are the next statuses, then 200."""

    def __init__(self) -> None:
        self.came: list[tuple[bytes, str]] = []
        self.answers: list[int] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                good = asked["hub.verify_token"] == WORD
                self.answer(200 if good else 403, asked["hub.challenge"].encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.came.append((body, self.headers["X-Hub-Signature-256"]))
                self.answer(listener.answers.pop(0) if listener.answers else 200, b"ok")

            def answer(self, status: int, words: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                self.wfile.write(words)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/kroker/"

    def told(self, count: int) -> list[dict[str, Any]]:
        """The changes that came, once there are so many deliveries."""
        wait_for(lambda: len(self.came) >= count, f"{count} deliveries, not {len(self.came)}", seconds=10)
        return [change for body, _ in self.came for entry in json.loads(body)["entry"] for change in entry["changes"]]


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()


def subscribe(simulator: Simulator, url: str, **faults: Any) -> requests.Response:
    order = {"url": url, "secret": SECRET, "verify_token": WORD, "any_account": True, **faults}
    return requests.post(f"{simulator.url}/_control/webhooks", json=order, timeout=5)


def state(simulator: Simulator) -> dict[str, Any]:
    return requests.get(f"{simulator.url}/_control/webhooks", timeout=5).json()


def of_page(listener: Listener, count: int) -> list[dict[str, Any]]:
    return [change["value"] for change in listener.told(count) if change["field"] == "feed"]


def test_each_change_of_a_comment_is_told_signed_and_named_as_the_graph_api_names_it(
    simulator: Simulator, listener: Listener
) -> None:
    post = simulator.post()
    assert subscribe(simulator, listener.url).status_code == 201
    comment = simulator.comment(post, "Hei", mention=False)
    answer = simulator.comment(comment, "Enig", mention=False)
    simulator.edit(comment, "Hei igjen")
    for hidden in (True, False):
        simulator.api("POST", f"/graph/v26.0/{post}_{comment}", json={"is_hidden": hidden})
    simulator.delete(answer)
    listener.told(8)  # two additions are told for Instagram as well
    values = of_page(listener, 8)
    verbs = ["add", "add", "edited", "hide", "unhide", "remove"]
    assert [value["verb"] for value in values] == verbs
    page = simulator.api("GET", "/graph/v26.0/me?fields=id").json()["id"]
    assert values[0]["comment_id"] == f"{post}_{comment}"
    assert values[0]["post_id"] == values[0]["parent_id"] == f"{page}_{post}"
    assert (values[1]["comment_id"], values[1]["parent_id"]) == (f"{post}_{answer}", f"{post}_{comment}")
    assert values[2]["message"] == "Hei igjen"
    assert "message" not in values[5]
    for body, signature in listener.came:
        assert signature == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def test_instagram_is_told_of_new_comments_only(simulator: Simulator, listener: Listener) -> None:
    post = simulator.post()
    subscribe(simulator, listener.url)
    comment = simulator.comment(post, "Hei", mention=False)
    simulator.edit(comment, "Hei igjen")
    listener.told(3)
    (value,) = [change["value"] for change in listener.told(3) if change["field"] == "comments"]
    assert (value["id"], value["media"]["id"], value["text"]) == (comment, post, "Hei")


def test_an_account_of_another_platform_is_not_told_of_unless_asked_for(
    simulator: Simulator, listener: Listener
) -> None:
    subscribe(simulator, listener.url, any_account=False, hold=True)
    simulator.comment(simulator.post(), "Hei", mention=False)
    assert state(simulator)["held"] == 0


def test_posts_and_a_change_that_was_undone_are_not_told(simulator: Simulator, listener: Listener) -> None:
    subscribe(simulator, listener.url)
    post = simulator.post()
    simulator.edit(post, "Rettet")
    comment = simulator.comment(post, "Hei", mention=False)
    simulator.edit(comment, "Hei")
    simulator.delete(comment)
    assert [value["verb"] for value in of_page(listener, 3)] == ["add", "remove"]


def test_deliveries_are_repeated_shuffled_batched_and_wrongly_signed_when_asked(
    simulator: Simulator, listener: Listener
) -> None:
    posts = {account: simulator.post(account=account) for account in TOKENS}
    subscribe(simulator, listener.url, hold=True, batch=4, repeat=5, shuffle=True, wrong_signature=0.3)
    ids = [simulator.comment(posts[name], f"{name} {n}", mention=False) for n in range(6) for name in posts]
    assert state(simulator)["held"] == 24
    made = requests.post(f"{simulator.url}/_control/webhooks/flush", timeout=5).json()["deliveries"]
    assert made == 30  # 12 changes of the Page and 12 of Instagram, four a delivery, five times each
    values = of_page(listener, 30)
    assert {value["comment_id"].split("_")[1] for value in values} == set(ids)
    assert [value["comment_id"] for value in values[:12]] != sorted(value["comment_id"] for value in values[:12])
    assert max(len(json.loads(body)["entry"]) for body, _ in listener.came) == 4
    wrong = [body for body, signature in listener.came if signature != f"sha256={sign(body)}"]
    assert 0 < len(wrong) < 30


def sign(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def test_what_is_not_answered_200_comes_again(simulator: Simulator, listener: Listener) -> None:
    subscribe(simulator, listener.url)
    listener.answers = [503]
    account = simulator.post()
    simulator.comment(account, "Hei", mention=False)
    listener.told(3)
    wait_for(lambda: len(state(simulator)["sent"]) == 3, "the answers")
    assert sorted(one["answer"] for one in state(simulator)["sent"]) == [200, 200, 503]
    assert state(simulator)["waiting"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://192.0.2.1/"},
        {"url": "https://127.0.0.1/"},
        {"url": "http://example.com/"},
        {"secret": ""},
        {"batch": 0},
        {"repeat": "fem"},
        {"noe": 1},
    ],
)
def test_a_subscription_that_cannot_be_used_is_refused(
    simulator: Simulator, listener: Listener, wrong: dict[str, Any]
) -> None:
    assert subscribe(simulator, **{"url": listener.url} | wrong).status_code == 422
    assert state(simulator)["url"] is None


def test_an_address_that_does_not_know_the_word_is_refused(simulator: Simulator, listener: Listener) -> None:
    answer = subscribe(simulator, listener.url, verify_token="feil")
    assert answer.status_code == 422
    assert "challenge" in answer.json()["error"]


def test_nothing_is_sent_after_the_subscription_ended(simulator: Simulator, listener: Listener) -> None:
    subscribe(simulator, listener.url, hold=True)
    simulator.comment(simulator.post(), "Hei", mention=False)
    requests.delete(f"{simulator.url}/_control/webhooks", timeout=5)
    assert requests.post(f"{simulator.url}/_control/webhooks/flush", timeout=5).json() == {"deliveries": 0}
    assert listener.came == []
