"""A tiny server of bytes: it answers each path with the bytes a test gave, as slowly or as brokenly as wanted."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

Talk = Callable[[socket.socket], None]
LONGEST_TRICKLE = 15.0


class AnsweringServer:
    """Answers by the path's beginning; remembers the requests it saw, head and body."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.05)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._talks: list[tuple[str, Talk]] = []
        self.requests: list[tuple[str, bytes]] = []
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> "AnsweringServer":
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        self._listening.close()

    @property
    def paths(self) -> list[str]:
        """Method and path of each request, in order."""
        return [head.split(" HTTP/", 1)[0] for head, _ in self.requests]

    def on(self, path: str, body: Any = b"", status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Answer a path (a later order goes before an earlier one)."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"Content-Type": "application/json", "Content-Length": str(len(content))} | (headers or {})
        head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in told.items()) + "\r\n"
        self.talk(path, lambda connection: connection.sendall(head.encode() + content))

    def talk(self, path: str, talk: Talk) -> None:
        """Let a function answer a path."""
        self._talks.insert(0, (path, talk))

    def trickle(self, path: str, head: bytes, drop: bytes) -> None:
        """Answer with a beginning and then drop by drop, 20 a second, until the other side has had enough."""

        def drops(connection: socket.socket) -> None:
            connection.sendall(head)
            ends = time.monotonic() + LONGEST_TRICKLE
            while time.monotonic() < ends and not self._stopping.wait(0.05):
                connection.sendall(drop)

        self.talk(path, drops)

    def reset(self, path: str) -> None:
        """Cut the connection after the request was read."""
        linger = struct.pack("ii", 1, 0)
        self.talk(path, lambda connection: connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger))

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listening.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(LONGEST_TRICKLE)
            try:
                head, body = _read_request(connection)
                self.requests.append((head, body))
                path = head.split(" ")[1]
                _, talk = next(one for one in self._talks if path.startswith(one[0]))
                talk(connection)
            except (OSError, StopIteration):
                return


def _read_request(connection: socket.socket) -> tuple[str, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, body = received.split(b"\r\n\r\n", 1)
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        body += _some(connection)
    return head.decode("latin-1"), body


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionResetError("the other side hung up")
    return received
