"""The output of several programs as one readable stream: each line with the name of who wrote it."""

import os
import selectors
from collections.abc import Callable
from typing import IO, TextIO

COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)  # ANSI, told apart on light and on dark
WIDTH = 9
LONGEST = 64_000  # bytes; a line longer than this is cut into several


class LogLines:
    """Reads from programs and writes whole, prefixed lines to `out`; coloured when `out` is a terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._coloured = out.isatty() and "NO_COLOR" not in os.environ
        self._selector = selectors.DefaultSelector()
        self._names: list[str] = []

    def follow(self, name: str, source: IO[bytes]) -> None:
        """Begin to read `source` (a pipe) under `name`."""
        os.set_blocking(source.fileno(), False)
        self._selector.register(source, selectors.EVENT_READ, _Unfinished(name))
        if name not in self._names:
            self._names.append(name)

    def pass_on(self, seconds: float) -> None:
        """Write what has come, waiting `seconds` at most for the first of it."""
        for key, _ in self._selector.select(seconds):
            self._read(key)

    def drain(self) -> None:
        """Write what is still in the pipes, without waiting."""
        for _ in range(1000):
            ready = self._selector.select(0)
            if not ready:
                return
            for key, _ in ready:
                self._read(key)

    def say(self, name: str, line: str) -> None:
        """Write one line as `name`. A reader that went away is no reason to stop."""
        prefix = f"{name:>{WIDTH}} |"
        if self._coloured and name in self._names:
            prefix = f"\033[{COLOURS[self._names.index(name) % len(COLOURS)]}m{prefix}\033[0m"
        self.write(f"{prefix} {line}")

    def write(self, line: str) -> None:
        """Write one line as it is."""
        try:
            print(line, file=self._out, flush=True)
        except OSError:
            self._out = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - the terminal was closed

    def _read(self, key: selectors.SelectorKey) -> None:
        unfinished: _Unfinished = key.data
        source: IO[bytes] = key.fileobj  # type: ignore[assignment]
        content = os.read(source.fileno(), LONGEST)
        unfinished.take(content, ended=not content, write=lambda line: self.say(unfinished.name, line))
        if not content:
            self._selector.unregister(source)
            source.close()


class _Unfinished:
    """The begun line of one program."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._rest = b""

    def take(self, content: bytes, *, ended: bool, write: Callable[[str], None]) -> None:
        *lines, self._rest = (self._rest + content).split(b"\n")
        if self._rest and (ended or len(self._rest) > LONGEST):
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            write(line.decode("utf-8", errors="replace").rstrip("\r"))
