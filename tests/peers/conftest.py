"""A whole Bluesky network, none of it ours, on loopback: started once for the session, fresh accounts for each test.

Run by `make peers` only (`-m peer`): it takes half a minute to start and must be installed (scripts/peers.py).
"""

import json
import os
import select
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from inbox.channels.bluesky import BlueskyConnector
from inbox.channels.bluesky_session import sign_in
from scripts import peers
from socialdesk.private_postgres import free_port

POST = "app.bsky.feed.post"
PORTS = ("PLC_PORT", "PDS_PORT", "BSKY_PORT", "OZONE_PORT")
START_SECONDS = 180
PASSWORD = "pw-for-a-test"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and skip it in one clear line where it was not asked for or cannot run."""
    here = Path(__file__).parent
    asked = str(config.getoption("markexpr"))
    why = peers.missing() if "peer" in asked and "not peer" not in asked else "real servers of others: make peers"
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.peer)
            if why:
                item.add_marker(pytest.mark.skip(reason=why))


@dataclass
class Person:
    """An account on the network, used by its owner's own program: plain calls, nothing of ours."""

    url: str
    name: str
    did: str = ""
    handle: str = ""
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        self.handle = f"{self.name}-{uuid.uuid4().hex[:8]}.test"
        opened = self.call(
            "POST",
            "com.atproto.server.createAccount",
            json={"handle": self.handle, "email": f"{self.handle}@example.test", "password": PASSWORD},
        )
        self.did, self.token = opened["did"], opened["accessJwt"]

    def call(self, method: str, name: str, **more: Any) -> Any:
        """One call; AssertionError with the server's words when it is refused."""
        headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        answer = requests.request(method, f"{self.url}/xrpc/{name}", headers=headers, timeout=30, **more)
        assert answer.ok, f"{name}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def write(self, text: str, *, under: dict[str, str] | None = None, at: str = "", **more: Any) -> dict[str, str]:
        """Write a post, or an answer to a post at the top; returns its `uri` and `cid`."""
        order = {"repo": self.did, "collection": POST, "record": record(text, under=under, at=at), **more}
        return reference(self.call("POST", "com.atproto.repo.createRecord", json=order))

    def edit(self, written: dict[str, str], text: str, *, under: dict[str, str]) -> None:
        """Replace what was written."""
        order = {"repo": self.did, "collection": POST, "rkey": key_of(written), "record": record(text, under=under)}
        self.call("POST", "com.atproto.repo.putRecord", json=order)

    def delete(self, written: dict[str, str]) -> None:
        """Delete what was written."""
        order = {"repo": self.did, "collection": POST, "rkey": key_of(written)}
        self.call("POST", "com.atproto.repo.deleteRecord", json=order)

    def posts(self) -> list[dict[str, Any]]:
        """All records of posts and answers this account has."""
        query = {"repo": self.did, "collection": POST, "limit": 100}
        return list(self.call("GET", "com.atproto.repo.listRecords", params=query)["records"])

    def connector(self) -> BlueskyConnector:
        """Our connector, signed in as this account."""
        return BlueskyConnector(self.url, self.session(), self.did)

    def session(self) -> str:
        """What a channel of this account stores as its token."""
        return sign_in(self.url, self.handle, PASSWORD)


def record(text: str, *, under: dict[str, str] | None = None, at: str = "") -> dict[str, Any]:
    """The record of a post, or of an answer to a post at the top."""
    reply = {"reply": {"root": under, "parent": under}} if under else {}
    return {"$type": POST, "text": text, "createdAt": at or now(), "langs": ["nb"], **reply}


def now() -> str:
    """This moment as records have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def reference(answer: dict[str, Any]) -> dict[str, str]:
    return {name: answer[name] for name in ("uri", "cid")}


def key_of(written: dict[str, str]) -> str:
    return written["uri"].rsplit("/", 1)[1]


@pytest.fixture(scope="session")
def network() -> Iterator[str]:
    """The address of the network's server of accounts (PDS)."""
    folder = peers.scripts_folder()
    environment = {**os.environ, **{name: str(free_port()) for name in PORTS}}
    command = [peers.peer_python(), folder / "start.py", "--install-dir", peers.packages_folder()]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{_announced_port(process)}"
    finally:
        process.terminate()
        process.wait(timeout=60)
        assert process.stdout is not None
        process.stdout.close()


def _announced_port(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the line that says where the network is."""
    assert process.stdout is not None
    until, told = time.monotonic() + START_SECONDS, b""
    while time.monotonic() < until:
        if select.select([process.stdout], [], [], 1.0)[0]:
            piece = os.read(process.stdout.fileno(), 65536)
            assert piece, f"the network ended with {process.wait()}"
            told += piece
        for line in told.decode().splitlines(keepends=True):
            if line.startswith("PEER ") and line.endswith("\n"):
                return int(json.loads(line[5:])["pds"].rsplit(":", 1)[1])
    raise AssertionError(f"the network was not up after {START_SECONDS} s")


@pytest.fixture
def kommune(network: str) -> Person:
    """A municipality's account."""
    return Person(network, "kommune")


@pytest.fixture
def kari(network: str) -> Person:
    """A citizen's account."""
    return Person(network, "kari")
