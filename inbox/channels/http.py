"""The one door to the outside: every call to a platform leaves here, and ends in time.

Decisions:
- Each call has its own connection. A kept connection that the server has just closed would make a write unclear for
  nothing, and nothing is shared between threads. The price is one handshake a call.
- `requests`' own time limits are per read, so a server that sends one byte a second is never late. A watch shuts the
  connection when the total time is over, also in the middle of a handshake or of the headers. Only the name lookup
  cannot be broken off; but nothing is sent once the time is over.
- The adapter is used without a `requests.Session`: a session takes passwords from .netrc, proxies from the environment
  (a forgotten HTTP_PROXY would carry tokens elsewhere, loopback calls too), keeps cookies and reads the body of a
  redirect without limit.
- No redirect is followed, to no host: the token would go along. No call is repeated: only the caller knows whether
  that is harmless.
- The token is only in a header; it is never logged and never part of an error.
"""

import http.client
import logging
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    ProtocolError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.internet import is_loopback, is_refused_ip, refused_address

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
BODY_LIMIT = 8 * MEGABYTE
KEPT_OF_A_TOO_LARGE_BODY = MEGABYTE
PRIVATE_ADDRESS, TOO_LARGE = "private", "too_large"
KNOWN_ENCODINGS = {"", "identity", "gzip", "x-gzip", "deflate"}
FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)

# How far a connection may reach: a channel's own address is checked when it is entered, an attachment's only here.
ANYWHERE, PUBLIC_ONLY, LOOPBACK_ONLY = "anywhere", "public", "loopback"

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status. Header names are in small letters; the body is unpacked but not decoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def request_id(self) -> str:
        """What the platform calls this request, for its support."""
        return self.headers.get("x-request-id", "")[:200]


class ChannelSession:
    """Speaks to one server with one token. Holds no connection and no state: safe for any number of threads."""

    def __init__(
        self,
        base_url: str,
        token: str,
        connect_timeout: float = 5.0,
        total_timeout: float = 25.0,
        *,
        platform: str = "",
    ) -> None:
        """Take the server's address (https, or http to loopback), the token ("" for none) and limits in seconds.

        Raises RejectedError for an address we do not use, AuthExpiredError for a token that cannot stand in a header.
        """
        if reason := refused_address(base_url):
            raise RejectedError(platform, message=f"the channel's address {reason}")
        if not (token.isascii() and token.isprintable() and " " not in token):
            raise AuthExpiredError(platform, message="the token has characters that cannot stand in a header")
        self.platform = platform
        self.base_url = base_url.rstrip("/")
        self._token = token
        self._connect_timeout = connect_timeout
        self._total_timeout = total_timeout

    def get(
        self,
        path: str,
        params: Query = (),
        *,
        headers: Mapping[str, str] | None = None,
        body_limit: int = BODY_LIMIT,
    ) -> Answer:
        """Read. Raises TransientError when no answer came, ProtocolError when it is too large or packed strangely."""
        return self._call("GET", path, params=params, headers=headers, body_limit=body_limit)

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Write JSON or a form. TransientError when surely nothing was sent, UnclearError when it may have been."""
        return self._call("POST", path, json=json, form=form, headers=headers)

    def upload(self, path: str, content: bytes, media_type: str, *, field: str = "", form: Query = ()) -> Answer:
        """Send a file: as the whole body, or as the part `field` of a form with other fields. Errors as for `post`."""
        if field:
            parts: dict[str, str | tuple[str, bytes, str]] = {
                **dict(form),
                field: (f"bilde.{media_type.rpartition('/')[2]}", content, media_type),
            }
            content, media_type = urllib3.encode_multipart_formdata(parts)
        return self._call("POST", path, form=content, headers={"Content-Type": media_type})

    def put(self, path: str, *, json: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Write; errors as for `post`."""
        return self._call("PUT", path, json=json, headers=headers)

    def delete(self, path: str, params: Query = ()) -> Answer:
        """Delete; errors as for `post`."""
        return self._call("DELETE", path, params=params)

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Query = (),
        json: Any = None,
        form: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        body_limit: int = BODY_LIMIT,
    ) -> Answer:
        """Send one request and read its answer whole; the one place where failures become ChannelErrors."""
        began = time.monotonic()
        outcome = "no answer"
        with _Watch(self._total_timeout) as watch:
            try:
                request = requests.Request(
                    method,
                    self.base_url + path,
                    headers=self._headers(headers),
                    params=list(params),
                    json=json,
                    data=form,
                ).prepare()
                answer = self._exchange(request, watch, body_limit)
                watch.check()
                outcome = str(answer.status)
                return answer
            except _NotUnderstoodError as problem:
                raise self._not_understood(problem, method) from problem
            except FAILURES as problem:
                raise self._failure(problem, watch, method) from problem
            finally:
                took = (time.monotonic() - began) * 1000
                log.info("%s %s %s: %s, %.0f ms", self.platform, method, path, outcome, took)

    def _headers(self, more: Mapping[str, str] | None) -> dict[str, str]:
        sign_in = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        usual = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "SocialDesk",
            "Connection": "close",
        }
        return usual | sign_in | dict(more or {})

    def _exchange(self, request: requests.PreparedRequest, watch: "_Watch", body_limit: int) -> Answer:
        door = _Door(watch)
        try:
            timeouts = (self._connect_timeout, self._total_timeout)
            with closing(door.send(request, stream=True, timeout=timeouts, proxies={})) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, headers, _read(response, body_limit))
        finally:
            door.close()

    def _not_understood(self, problem: "_NotUnderstoodError", method: str) -> ChannelError:
        kind = ProtocolError if method == "GET" else UnclearError
        return kind(self.platform, problem.status, message=str(problem), raw=problem.kept)

    def _failure(self, problem: Exception, watch: "_Watch", method: str) -> ChannelError:
        """Unclear when a write may have left this machine; else nothing was done and it may be tried again."""
        late = f"no whole answer within {self._total_timeout:g} s" if watch.is_over else type(problem).__name__
        if isinstance(problem, requests.exceptions.InvalidHeader | requests.exceptions.InvalidURL):
            return RejectedError(self.platform, message="the request cannot be built from the address, token or key")
        if watch.sent and method != "GET":
            return UnclearError(self.platform, message=f"{late} after the request was sent")
        return TransientError(self.platform, message=late if watch.sent else f"{late} before anything was sent")


@dataclass(frozen=True, slots=True)
class Download:
    """The answer to a download, whatever its status; `size` is what a 200 wrote into the file."""

    status: int
    headers: Mapping[str, str]
    size: int


def download(url: str, into: IO[bytes], *, limit: int, seconds: float, loopback: bool = False) -> Download:
    """Write the body of a 200 into the file, piece by piece. No token, no cookie, no redirect followed.

    Connects to public addresses only, or to `loopback` only where asked. Raises RejectedError (code PRIVATE_ADDRESS or
    TOO_LARGE: more than `limit` bytes), TransientError when no whole answer came within `seconds`.
    """
    with _Watch(seconds) as watch:
        door = _Door(watch, reach=LOOPBACK_ONLY if loopback else PUBLIC_ONLY)
        headers = {
            "Accept": "image/*",
            "Accept-Encoding": "identity",
            "User-Agent": "SocialDesk",
            "Connection": "close",
        }
        try:
            request = requests.Request("GET", url, headers=headers).prepare()
            with closing(door.send(request, stream=True, timeout=(5.0, seconds), proxies={})) as response:
                told = {name.lower(): value for name, value in response.headers.items()}
                size = _write(response, into, limit) if response.status_code == http.client.OK else 0
                watch.check()
                return Download(response.status_code, told, size)
        except FAILURES as problem:
            raise TransientError(message=f"{type(problem).__name__} while an attachment was fetched") from problem
        finally:
            door.close()


def _write(response: requests.Response, into: IO[bytes], limit: int) -> int:
    size = 0
    for piece in response.iter_content(64 * 1024):
        size += len(piece)
        if size > limit:
            raise RejectedError(code=TOO_LARGE, message=f"the attachment is larger than {limit} bytes")
        into.write(piece)
    return size


def _is_public(address: str) -> bool:
    return not is_refused_ip(address)


def _read(response: requests.Response, limit: int) -> bytes:
    """Return the body, unpacked; never more than the limit is held, however small it was packed."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in KNOWN_ENCODINGS:
        raise _NotUnderstoodError(f"the answer is packed as {encoding[:40]!r}", response.status_code)
    body = bytearray()
    try:
        for piece in response.iter_content(64 * 1024):
            body += piece
            if len(body) > limit:
                kept = bytes(body[:KEPT_OF_A_TOO_LARGE_BODY])
                raise _NotUnderstoodError(f"the answer is larger than {limit} bytes", response.status_code, kept)
    except requests.exceptions.ContentDecodingError as problem:
        raise _NotUnderstoodError("the answer cannot be unpacked", response.status_code, bytes(body)) from problem
    return bytes(body)


class _NotUnderstoodError(Exception):
    """An answer that came but is of no use."""

    def __init__(self, message: str, status: int, kept: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        self.kept = kept


class _Watch:
    """The total time of one call: shuts its connection when the time is over, and knows whether anything was sent."""

    def __init__(self, seconds: float) -> None:
        self.sent = False
        self.is_over = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            if self._socket:
                self._socket.close()
                self._socket = None

    def connected(self, connection: socket.socket) -> None:
        """Watch this connection. A twin of the socket is kept, since TLS takes the first one over."""
        with self._lock:
            self._socket = connection.dup()
        self.check()

    def leaving(self) -> None:
        """Called just before bytes of the request leave; raises TimeoutError when it is too late for that."""
        self.check()
        self.sent = True

    def check(self) -> None:
        """Raise TimeoutError when the time is over; a connection shut by us looks like the end of an answer."""
        if self.is_over:
            raise TimeoutError("the call's time is over")

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            if self._socket:
                try:
                    self._socket.shutdown(socket.SHUT_RDWR)
                except OSError:
                    log.debug("the connection had ended by itself")


class _WatchedConnection(HTTPConnection):
    """A connection that tells the watch when it is made and when the request leaves."""

    def __init__(self, *args: Any, watch: _Watch, reach: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._watch = watch
        self._reach = reach

    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn() if self._reach == ANYWHERE else self._held_to_reach()
        try:
            self._watch.connected(connection)
        except OSError:
            connection.close()
            raise
        return connection

    def _held_to_reach(self) -> socket.socket:
        """Look the name up once, refuse it if any answer is out of reach, and connect to what was looked at."""
        name = self._dns_host
        found = [str(one[4][0]) for one in socket.getaddrinfo(name, self.port, type=socket.SOCK_STREAM)]
        allowed = is_loopback if self._reach == LOOPBACK_ONLY else _is_public
        if not found or not all(map(allowed, found)):
            raise RejectedError(code=PRIVATE_ADDRESS, message="the name leads to a private address")
        self._dns_host = found[0]
        try:
            return super()._new_conn()
        finally:
            self._dns_host = name

    def send(self, data: Any) -> None:
        """Send bytes; connects first, so that a handshake that fails counts as nothing sent."""
        if self.sock is None:
            self.connect()
        self._watch.leaving()
        super().send(data)


class _WatchedTlsConnection(_WatchedConnection, HTTPSConnection):
    """The same with TLS."""


class _Door(HTTPAdapter):
    """An adapter for one call. No retries."""

    def __init__(self, watch: _Watch, *, reach: str = ANYWHERE) -> None:
        self._watch = watch
        self._reach = reach
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """The usual pool, with connections that are watched."""
        pool: Any = super().get_connection_with_tls_context(request, *args, **kwargs)
        pool.ConnectionCls = _WatchedTlsConnection if pool.scheme == "https" else _WatchedConnection
        pool.conn_kw = {**pool.conn_kw, "watch": self._watch, "reach": self._reach}
        return pool
