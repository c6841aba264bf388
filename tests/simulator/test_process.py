"""The simulator as a process of its own: starts fast, survives kill -9, ends cleanly."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.simulator_server import Simulator

ROOT = Path(__file__).parents[2]
READY = re.compile(r"Ready on (http://127\.0\.0\.1:\d+)")


class Process:
    """python -m simulator on a free port."""

    def __init__(self, data: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "simulator", "--port", "0", "--data", str(data), *arguments]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment)
        self.lines: list[str] = []
        self.url = self._wait_until_ready()

    def _wait_until_ready(self) -> str:
        for line in self._process.stdout:
            self.lines.append(line)
            if found := READY.search(line):
                return found.group(1)
        raise AssertionError("it ended before it was ready: " + "".join(self.lines))

    def end(self, sign: signal.Signals) -> int:
        """Send the signal and give the exit code; the rest of the log is in `lines`."""
        self._process.send_signal(sign)
        rest, _ = self._process.communicate(timeout=10)
        self.lines += rest.splitlines()
        return self._process.returncode


@pytest.fixture
def start(tmp_path: Path):
    started = []

    def start_one(*arguments: str) -> Process:
        started.append(Process(tmp_path, *arguments))
        return started[-1]

    yield start_one
    for process in started:
        if process._process.poll() is None:
            process.end(signal.SIGKILL)


def test_it_is_ready_within_two_seconds_seeds_once_and_ends_cleanly_on_sigterm(start):
    begun = time.monotonic()
    process = start("--seed")
    assert requests.get(f"{process.url}/healthz", timeout=5).ok
    assert time.monotonic() - begun < 4, "two seconds on a free machine; twice that on a busy one"
    comments = Simulator(process.url).comments()
    assert len(comments) == 227
    assert process.end(signal.SIGTERM) == 0
    assert process.lines[-1].endswith("Ended")
    again = start("--seed")
    assert Simulator(again.url).comments() == comments


def test_everything_answered_before_kill_9_is_there_after_it(start):
    process = start()
    steering = Simulator(process.url)
    steering.reset()
    post = steering.post()
    comments = [steering.comment(post, f"Nummer {number}") for number in range(10)]
    published = steering.api("POST", "/api/v1/statuses", data={"status": "Svar"}, headers={"Idempotency-Key": "k"})
    process.end(signal.SIGKILL)
    after = Simulator(start().url)
    assert [one["id"] for one in after.comments()] == comments
    again = after.api("POST", "/api/v1/statuses", data={"status": "Svar"}, headers={"Idempotency-Key": "k"})
    assert again.json()["id"] == published.json()["id"]


def test_every_call_is_one_readable_line_without_the_token(start):
    process = start("--rate-limit", "0")
    Simulator(process.url).reset()
    Simulator(process.url).fault("error_after", path="/api/v1/statuses", times=1)
    Simulator(process.url).api("POST", "/api/v1/statuses", data={"status": "Hei"})
    Simulator(process.url).api("GET", "/api/v1/statuses/1?a=%0a%1b[31m")
    process.end(signal.SIGTERM)
    lines = [line for line in process.lines if "/api/" in line]
    assert re.search(r"^\d\d:\d\d:\d\d POST /api/v1/statuses 500 \d+ ms fault: error_after$", lines[0])
    assert " GET /api/v1/statuses/1?a=" in lines[1]
    assert len(lines) == 2
    assert "demo-token" not in "".join(process.lines)
    assert "\x1b" not in "".join(process.lines)


def test_a_taken_port_is_said_and_nothing_is_served(start, tmp_path: Path):
    process = start()
    port = process.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "simulator", "--port", port, "--data", str(tmp_path / "other")]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=10, check=False)
    assert second.returncode == 1
    assert f"Port {port} is in use" in second.stderr
