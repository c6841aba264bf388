"""The practice platforms for tests: a real server on a free loopback port, steered over HTTP.

    def test_a_comment_arrives(simulator):
        post = simulator.post("Vi brøyter i natt.")
        comment = simulator.comment(post, "Takk!")

`simulator` begins every test empty but for the Mastodon accounts @meraker and @tydal; the server is started once.
Other platforms: `simulator.open("facebook")`, then `simulator.post(platform="facebook")`; comments follow their post.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.app import create_app
from simulator.server import LoopbackServer

TOKENS = {"meraker": "demo-token-meraker", "tydal": "demo-token-tydal"}
NAMES = {"meraker": "Meråker kommune", "tydal": "Tydal kommune"}
TIMEOUT = 30


def token_of(username: str, platform: str) -> str:
    """The token with which a municipality's account on a platform was opened."""
    return TOKENS[username] if platform == "mastodon" else f"{TOKENS[username]}-{platform}"


class Simulator:
    """Steers a running simulator, wherever it runs. Ids go in and out as texts."""

    def __init__(self, url: str) -> None:
        self.url = url

    def reset(self) -> None:
        """Empty everything, then open the two municipalities' accounts."""
        self._call("POST", "/reset")
        for username, token in TOKENS.items():
            self.account(username, NAMES[username], token)

    def account(self, username: str, display_name: str, token: str, platform: str = "mastodon") -> str:
        """Open a municipality's account on a platform and give its id."""
        order = {"username": username, "display_name": display_name, "token": token, "platform": platform}
        return str(self._call("POST", "/accounts", order)["id"])

    def open(self, platform: str, username: str = "meraker") -> str:
        """Open @meraker (or another) on a platform and give its token; on Mastodon it is open already."""
        token = token_of(username, platform)
        if platform != "mastodon":
            self.account(username, NAMES[username], token, platform)
        return token

    def post(self, text: str = "Vi brøyter hele natta.", account: str = "meraker", **more: Any) -> str:
        """Write a municipality's post; may take platform, created_at, language, visibility."""
        return str(self._call("POST", "/posts", {"account": account, "text": text, **more})["id"])

    def comment(self, parent: str, text: str = "Når kommer brøytebilen?", **more: Any) -> str:
        """Write a citizen's comment; may take author, username, mention, created_at, language, visibility."""
        return str(self._call("POST", "/comments", {"parent": parent, "text": text, **more})["id"])

    def comment_all(self, orders: list[dict[str, Any]]) -> list[str]:
        """Write many comments in one call; each order has parent and text, and may have the rest."""
        return [str(found["id"]) for found in self._call("POST", "/comments", orders)]

    def edit(self, status_id: str, text: str, **more: Any) -> None:
        """Give a post or comment a new text as its author; may take edited_at."""
        self._call("PUT", f"/statuses/{status_id}", {"text": text, **more})

    def delete(self, status_id: str) -> None:
        """Delete a post or comment as its author."""
        self._call("DELETE", f"/statuses/{status_id}")

    def fault(self, kind: str, *, method: str = "", path: str = "", **more: Any) -> None:
        """Lay a fault over the calls that match; see simulator/faults.py."""
        match = {name: value for name, value in (("method", method), ("path", path)) if value}
        match |= more.pop("match", {})
        self._call("POST", "/faults", {"kind": kind, "match": match, **more})

    def acts(self) -> dict[str, list[str]]:
        """What was done to what citizens wrote: ids under hidden, held, liked, deleted, blocked, told_privately."""
        found: dict[str, list[str]] = self._call("GET", "/acts")
        return found

    def faults(self) -> list[dict[str, Any]]:
        """The rules in force with their hits."""
        return self._call("GET", "/faults")

    def clear_faults(self) -> None:
        """Take all rules away."""
        self._call("DELETE", "/faults")

    def book(self, account: str = "", platform: str = "mastodon") -> list[dict[str, Any]]:
        """What was really published over the API, by an account on a platform or by all."""
        return self._call("GET", f"/book?account={account}&platform={platform}")

    def comments(self, account: str = "", platform: str = "mastodon") -> list[dict[str, Any]]:
        """What citizens really wrote, deleted or not, under the posts of an account on a platform or of all."""
        return self._call("GET", f"/comments?account={account}&platform={platform}")

    def api(self, method: str, path: str, *, token: str | None = TOKENS["meraker"], **more: Any) -> requests.Response:
        """One call to the platform itself, with a municipality's token (None: without)."""
        headers = more.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        return requests.request(method, self.url + path, headers=headers, timeout=TIMEOUT, **more)

    def _call(self, method: str, path: str, order: Any = None) -> Any:
        response = requests.request(method, f"{self.url}/_control{path}", json=order, timeout=TIMEOUT)
        if not response.ok:
            raise AssertionError(f"{method} /_control{path} gave {response.status_code}: {response.text}")
        return response.json()


@pytest.fixture(scope="session")
def simulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A simulator without rate limits in a thread of this process, for the whole session."""
    with running_simulator(tmp_path_factory.mktemp("simulator")) as url:
        yield url


@pytest.fixture
def simulator(simulator_url: str) -> Simulator:
    """An empty simulator with the accounts @meraker and @tydal."""
    steering = Simulator(simulator_url)
    steering.reset()
    return steering


class running_simulator:  # noqa: N801 - read as a context manager
    """Run a simulator in a thread: `with running_simulator(folder) as url`."""

    def __init__(self, folder: Path, calls_per_five_minutes: int = 0) -> None:
        self._app = create_app(folder, calls_per_five_minutes)
        self._server = LoopbackServer(self._app, 0)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return self._server.url

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._app.extensions["simulator"].book.close()
