"""Bluesky against the practice platform: signing in, and renewing the session once."""

import threading

import pytest

from inbox.channels.base import (
    AccountProblem,
    AuthExpiredError,
    RejectedError,
    TransientError,
)
from inbox.channels.bluesky import BlueskyConnector
from inbox.channels.bluesky_session import Tokens, sign_in
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.bluesky_account import REFRESH, one_comment
from tests.inbox.channels.bluesky_posts import (
    NEWS,
    PUT,
    SESSION,
    news,
    signed_in,
)
from tests.inbox.channels.pulls import TEXT
from tests.simulator_server import TOKENS, Simulator


@pytest.fixture
def meraker(simulator: Simulator) -> BlueskyConnector:
    return signed_in(simulator)


def test_nobody_signs_in_to_do_something(server: AnsweringServer):
    server.on("/xrpc/com.atproto.server.createSession", SESSION | {"accessJwt": "a1", "refreshJwt": "r1"})
    server.on(NEWS, news())
    token = sign_in(server.url, "kommune.test", "app-password")
    for _ in range(3):
        BlueskyConnector(server.url, token).pull("")
    assert [path.split(".")[-1] for path in server.paths] == [
        "createSession",
        *["listNotifications?reasons=reply&reasons=mention&reasons=quote&limit=100"] * 3,
    ]
    assert "app-password" not in token
    assert "a1" not in repr(Tokens.read(token))


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidToken"])
def test_an_ended_session_is_renewed_once_and_handed_out(code: str, simulator: Simulator):
    kept: list[str] = []
    meraker = signed_in(simulator, keep=kept.append)
    simulator.fault("status", path=NEWS, code=400, body={"error": code, "message": "x"}, times=1)
    simulator.comment(simulator.post())
    assert len(meraker.pull("").items) == 1
    (new,) = kept
    assert len(BlueskyConnector(simulator.url, new).pull("").items) == 1


def test_a_reply_is_sent_again_only_because_the_token_was_refused(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.fault("status", path=PUT, code=400, body={"error": "ExpiredToken", "message": "x"}, times=1)
    meraker.publish(parent, TEXT, "k1", "nb")
    assert len(simulator.book("meraker")) == 1


def test_a_session_that_cannot_be_renewed_needs_a_person(simulator: Simulator, meraker: BlueskyConnector):
    simulator.fault("status", path="/xrpc/", code=400, body={"error": "ExpiredToken", "message": "x"})
    with pytest.raises(AuthExpiredError):
        meraker.pull("")
    assert meraker.check_account().problem is AccountProblem.AUTH_EXPIRED


@pytest.mark.parametrize("kind", ["error_before", "reset_after"])
def test_a_renewal_that_fails_is_tried_later_and_the_write_was_not_done(
    kind: str, simulator: Simulator, meraker: BlueskyConnector
):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.fault("status", path=PUT, code=400, body={"error": "ExpiredToken", "message": "x"})
    simulator.fault(kind, path=REFRESH)
    with pytest.raises(TransientError):
        meraker.publish(parent, TEXT, "k1", "nb")
    assert simulator.book("meraker") == []


def test_many_threads_renew_one_session_once(simulator: Simulator):
    simulator.comment(simulator.post())
    kept: list[str] = []
    token = sign_in(simulator.url, "meraker.test", TOKENS["meraker"])
    ours = BlueskyConnector(simulator.url, token, keep_token=kept.append)
    match = {"token": Tokens.read(token).access}
    simulator.fault("status", code=400, body={"error": "ExpiredToken", "message": "x"}, match=match)
    simulator.fault("delay", path=REFRESH, seconds=0.2)
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(len(ours.pull("").items))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
    assert len(kept) == 1


def test_what_is_stored_must_be_a_session():
    for stored in ("", "app-password", "[]", '{"accessJwt": 1}', '{"accessJwt": "", "refreshJwt": ""}'):
        with pytest.raises(AuthExpiredError):
            BlueskyConnector("https://bsky.example", stored)
    with pytest.raises(RejectedError):
        BlueskyConnector("http://bsky.example", str(Tokens("a", "r")))


def test_a_wrong_app_password_is_told(simulator: Simulator):
    with pytest.raises(AuthExpiredError):
        sign_in(simulator.url, "meraker.test", "feil")
    simulator.fault("error_after", path="/xrpc/com.atproto.server.createSession")
    with pytest.raises(TransientError):
        sign_in(simulator.url, "meraker.test", TOKENS["meraker"])
