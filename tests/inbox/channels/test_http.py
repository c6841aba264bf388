"""The door to the outside: every call ends in time, and says whether anything may have been sent."""

import gzip
import logging
import socket
import threading
import time
import zlib

import pytest

from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    ProtocolError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.http import ChannelSession
from inbox.channels.internet import refused_address
from tests.inbox.channels.answering import AnsweringServer

TOKEN = "hemmelig-nøkkel".replace("ø", "o")
SECONDS = 0.6
MARGIN = 2.0


def session(url: str, **more: float) -> ChannelSession:
    return ChannelSession(url, TOKEN, **{"connect_timeout": SECONDS, "total_timeout": SECONDS} | more)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_an_answer_has_status_small_headers_and_the_exact_body(server: AnsweringServer):
    server.on("/ting", b'{"a": 1}', 418, {"X-Request-Id": "abc"})
    answer = session(server.url).get("/ting", [("id[]", "1"), ("id[]", "2")])
    assert (answer.status, answer.body, answer.request_id) == (418, b'{"a": 1}', "abc")
    assert answer.headers["content-type"] == "application/json"
    assert server.paths == ["GET /ting?id%5B%5D=1&id%5B%5D=2"]


def test_the_token_is_sent_as_bearer_and_never_logged(server: AnsweringServer, caplog: pytest.LogCaptureFixture):
    server.on("/ting", b"{}")
    server.reset("/brudd")
    with caplog.at_level(logging.DEBUG):
        session(server.url).get("/ting")
        with pytest.raises(UnclearError) as caught:
            session(server.url).post("/brudd", json={"status": "Hei"})
    assert f"Authorization: Bearer {TOKEN}" in server.requests[0][0]
    assert "/brudd" in caplog.text
    assert TOKEN not in caplog.text + str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_a_refused_connection_is_transient_since_nothing_was_sent(method: str):
    nobody = session(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(TransientError, match="before anything was sent"):
        getattr(nobody, method)("/ting")


def test_an_unknown_host_is_transient(monkeypatch: pytest.MonkeyPatch):
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(TransientError, match="before anything was sent"):
        session("https://finnes-ikke.example").post("/ting")


def test_a_failed_handshake_is_transient_for_a_write(server: AnsweringServer):
    server.on("/", b"")
    with pytest.raises(TransientError, match="before anything was sent"):
        session(server.url.replace("http://", "https://")).post("/ting", json={})


def test_a_reset_is_transient_for_a_read_and_unclear_for_a_write(server: AnsweringServer):
    server.reset("/ting")
    with pytest.raises(TransientError):
        session(server.url).get("/ting")
    for write in ("post", "put", "delete"):
        with pytest.raises(UnclearError, match="after the request was sent"):
            getattr(session(server.url), write)("/ting")


def test_a_silent_server_is_left_in_time(server: AnsweringServer):
    server.trickle("/ting", b"", b"")
    began = time.monotonic()
    with pytest.raises(UnclearError, match="after the request was sent"):
        session(server.url).post("/ting", json={})
    assert time.monotonic() - began < SECONDS + MARGIN


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"a"),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
        (b"", b"H"),
    ],
    ids=["body", "body of known length", "chunks", "one header", "many headers", "first line"],
)
def test_a_trickling_server_is_left_in_time(server: AnsweringServer, head: bytes, drop: bytes):
    server.trickle("/ting", head, drop)
    began = time.monotonic()
    with pytest.raises(TransientError):
        session(server.url).get("/ting")
    assert time.monotonic() - began < SECONDS + MARGIN


def test_a_trickling_handshake_is_left_in_time_and_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()

        def drops() -> None:
            connection, _ = listening.accept()
            with connection:
                # The head of a TLS record of 16 kB, and then its bytes one by one.
                for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 300:
                    if stop.wait(0.05):
                        return
                    try:
                        connection.sendall(bytes([byte]))
                    except OSError:
                        return

        thread = threading.Thread(target=drops)
        thread.start()
        began = time.monotonic()
        with pytest.raises(TransientError, match="before anything was sent"):
            session(f"https://127.0.0.1:{listening.getsockname()[1]}", connect_timeout=10).post("/ting")
        took = time.monotonic() - began
        stop.set()
        thread.join()
    assert took < SECONDS + MARGIN


def test_nothing_is_sent_when_the_time_is_over_before(server: AnsweringServer, monkeypatch: pytest.MonkeyPatch):
    server.on("/ting", b"{}")
    look_up = socket.getaddrinfo

    def slowly(*args: object, **kwargs: object) -> object:
        time.sleep(SECONDS * 1.5)
        return look_up(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    with pytest.raises(TransientError, match="before anything was sent"):
        session(server.url).post("/ting", json={"status": "Hei"})
    assert server.requests == []


def test_half_an_answer_is_transient_for_a_read_and_unclear_for_a_write(server: AnsweringServer):
    server.talk("/ting", lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"))
    with pytest.raises(TransientError):
        session(server.url).get("/ting")
    with pytest.raises(UnclearError):
        session(server.url).post("/ting")


@pytest.mark.parametrize(
    "first", [b"hei\r\n\r\n", b"HTTP/1.1 tull OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200]
)
def test_an_answer_that_is_not_http_is_a_channel_error(server: AnsweringServer, first: bytes):
    server.talk("/ting", lambda connection: connection.sendall(first))
    with pytest.raises(TransientError):
        session(server.url).get("/ting")
    with pytest.raises(UnclearError):
        session(server.url).post("/ting")


def test_a_too_large_answer_is_left_and_its_beginning_kept(server: AnsweringServer):
    server.on("/ting", b"x" * 300_000)
    with pytest.raises(ProtocolError, match="larger than 100000 bytes") as caught:
        session(server.url).get("/ting", body_limit=100_000)
    assert caught.value.raw.startswith(b"xxx")


def test_a_packed_bomb_is_left_early(server: AnsweringServer):
    bomb = gzip.compress(b"\0" * 200_000_000)
    server.on("/ting", bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(ProtocolError) as caught:
        session(server.url, total_timeout=10).get("/ting")
    assert len(caught.value.raw) <= 1024 * 1024


def test_a_packed_answer_is_unpacked(server: AnsweringServer):
    server.on("/ting", zlib.compress(b"[]"), headers={"Content-Encoding": "deflate"})
    assert session(server.url).get("/ting").body == b"[]"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip, gzip", "tull"])
def test_an_answer_packed_otherwise_is_not_unpacked(server: AnsweringServer, encoding: str):
    server.on("/ting", b"[]", headers={"Content-Encoding": encoding})
    with pytest.raises(ProtocolError):
        session(server.url).get("/ting")
    with pytest.raises(UnclearError):
        session(server.url).post("/ting")


def test_a_body_that_is_not_packed_as_it_says_is_not_understood(server: AnsweringServer):
    server.on("/ting", b"[]", headers={"Content-Encoding": "gzip"})
    with pytest.raises(ProtocolError):
        session(server.url).get("/ting")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(server: AnsweringServer, status: int):
    server.on("/ting", b"", status, {"Location": f"{server.url}/annet"})
    server.on("/annet", b"[]")
    assert session(server.url).get("/ting").status == status
    assert server.paths == ["GET /ting"]


def test_the_environment_and_netrc_have_no_say(
    server: AnsweringServer, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
):
    netrc = tmp_path_factory.mktemp("hjemme") / "netrc"
    netrc.write_text("machine 127.0.0.1 login noen password annet\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    server.on("/ting", b"[]")
    assert session(server.url).get("/ting").status == 200
    assert f"Authorization: Bearer {TOKEN}" in server.requests[0][0]


def test_one_session_serves_many_threads_at_once(server: AnsweringServer):
    server.on("/ting", b"[]")
    shared, seen = session(server.url, total_timeout=20, connect_timeout=20), []
    threads = [threading.Thread(target=lambda: seen.append(shared.get("/ting").status)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [200] * 20


@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("https://sosial.example", False),
        ("https://sosial.example/under/", False),
        ("http://127.0.0.1:8080", False),
        ("http://[::1]:8080", False),
        ("http://localhost:8080", False),
        ("http://sosial.example", True),
        ("http://127.0.0.1.evil.example", True),
        ("http://10.0.0.1", True),
        ("ftp://sosial.example", True),
        ("https://", True),
        ("https://noen:passord@sosial.example", True),
        ("https://sosial.example/?a=1", True),
        ("https://sosial.example:99999", True),
        ("https://[", True),
        ("", True),
    ],
)
def test_only_https_or_loopback_is_an_address_for_a_channel(address: str, is_refused: bool):
    assert bool(refused_address(address)) is is_refused
    if is_refused:
        with pytest.raises(RejectedError):
            ChannelSession(address, TOKEN)


@pytest.mark.parametrize("token", ["a\nb", "a b", "nøkkel", "a\0"])
def test_a_token_that_cannot_stand_in_a_header_is_refused_at_once(token: str):
    with pytest.raises(AuthExpiredError):
        ChannelSession("https://sosial.example", token)


def test_a_header_that_cannot_be_sent_is_refused_and_not_tried_again(server: AnsweringServer):
    with pytest.raises(RejectedError):
        session(server.url).post("/ting", headers={"Idempotency-Key": "a\nb"})
    assert server.requests == []


def test_channel_errors_survive_a_worker(server: AnsweringServer):
    server.reset("/ting")
    with pytest.raises(ChannelError) as caught:
        session(server.url).post("/ting")
    copy = type(caught.value)(*caught.value.args)
    assert str(copy) == str(caught.value)
