"""The gate every call goes through: it lays the faults over the answer and writes one log line."""

import contextlib
import logging
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from simulator import clock
from simulator.faults import Faults, Rule, body_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("simulator")

CUT_AT_ONCE = struct.pack("ii", 1, 0)
DROPS = 50
BROKEN_PAGE = "<!DOCTYPE html><title>500</title><h1>Something went wrong on our end</h1>"


class ConnectionCutError(ConnectionError):
    """The connection was cut on purpose; the server takes it for a client that went away."""


class Gate:
    """WSGI middleware around the practice platforms."""

    def __init__(self, app: "WSGIApplication", faults: Faults) -> None:
        self._app = app
        self._faults = faults

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        started = time.monotonic()
        request = Request(environ)
        rules = self._faults.striking(request.method, request.path, request.headers.get("Authorization", ""))
        outcome = "cut"
        try:
            response = self._answer(request, rules)
            outcome = str(response.status_code)
        finally:
            _write_log_line(request, outcome, time.monotonic() - started, rules)
        return response(environ, start_response)

    def _answer(self, request: Request, rules: list[Rule]) -> Response:
        lag = 0
        instead: Rule | None = None
        for rule in rules:
            if rule.kind == "delay":
                time.sleep(rule.seconds)
            elif rule.kind == "forget_key":
                request.environ.pop("HTTP_IDEMPOTENCY_KEY", None)
            elif rule.kind == "read_lag":
                lag = max(lag, rule.ms)
            else:
                instead = rule
        with _seeing_as_of(lag):
            return self._usual(request) if instead is None else DISTURBED[instead.kind](self._usual, request, instead)

    def _usual(self, request: Request) -> Response:
        return Response.from_app(self._app, request.environ, buffered=True)


Usual = Callable[[Request], Response]


def answered_instead(_usual: Usual, _request: Request, rule: Rule) -> Response:
    """The rule's own code, body and headers; the platform is not asked."""
    body, content_type = body_bytes({"error": "Practice fault"} if rule.body is None else rule.body)
    return Response(body, rule.code, {"Content-Type": content_type, **rule.headers})


def failed_before(_usual: Usual, _request: Request, rule: Rule) -> Response:
    """500 and nothing was done."""
    body, content_type = body_bytes(BROKEN_PAGE if rule.body is None else rule.body)
    return Response(body, 500, {"Content-Type": content_type})


def failed_after(usual: Usual, request: Request, rule: Rule) -> Response:
    """500 although it was done."""
    usual(request)
    return failed_before(usual, request, rule)


def cut_before(_usual: Usual, request: Request, _rule: Rule) -> Response:
    """The connection is cut and nothing was done."""
    raise _cut(request)


def cut_after(usual: Usual, request: Request, _rule: Rule) -> Response:
    """The connection is cut although it was done."""
    usual(request)
    raise _cut(request)


def malformed(usual: Usual, request: Request, rule: Rule) -> Response:
    """Done, and answered with 200, but half of the answer is missing (or the rule's own body stands there)."""
    response = usual(request)
    whole = response.get_data()
    response.set_data(whole[: len(whole) // 2] if rule.body is None else body_bytes(rule.body)[0])
    return response


def trickled(usual: Usual, request: Request, rule: Rule) -> Response:
    """Done, but the answer comes in drops spread over the rule's seconds."""
    response = usual(request)
    whole = response.get_data()
    size = max(1, -(-len(whole) // DROPS))
    drops = [whole[start : start + size] for start in range(0, len(whole), size)]
    headers = {**dict(response.headers), "Content-Length": str(len(whole))}
    return Response(_slowly(drops, rule.seconds), response.status_code, headers)


DISTURBED: dict[str, Callable[[Usual, Request, Rule], Response]] = {
    "status": answered_instead,
    "error_before": failed_before,
    "error_after": failed_after,
    "reset_before": cut_before,
    "reset_after": cut_after,
    "malformed": malformed,
    "trickle": trickled,
}


def _slowly(drops: list[bytes], seconds: float) -> Iterator[bytes]:
    for drop in drops:
        time.sleep(seconds / len(drops))
        yield drop


def _cut(request: Request) -> ConnectionCutError:
    """Make the coming close a TCP reset (see server.py), as when a machine dies in the middle of a call."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CUT_AT_ONCE)
    return ConnectionCutError("cut on purpose")


@contextlib.contextmanager
def _seeing_as_of(lag_ms: int) -> Iterator[None]:
    token = clock.seen_until.set(clock.now_ms() - lag_ms if lag_ms else clock.END_OF_TIME)
    try:
        yield
    finally:
        clock.seen_until.reset(token)


def _write_log_line(request: Request, outcome: str, seconds: float, rules: list[Rule]) -> None:
    target = request.full_path.rstrip("?").encode("ascii", "backslashreplace").decode()
    visible = "".join(character if character.isprintable() else "?" for character in target)
    faults = f" fault: {', '.join(rule.kind for rule in rules)}" if rules else ""
    log.info("%s %s %s %d ms%s", request.method, visible, outcome, round(seconds * 1000), faults)
