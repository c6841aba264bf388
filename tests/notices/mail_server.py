"""A real SMTP server on loopback that can be told how to misbehave, and remembers what it was given."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailServer:
    """`answers` are used up one a mail: None takes it, a text is the answer to its DATA, a name below is a mishap."""

    answers: list[str | None] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)
    port: int = 0

    CUT_BEFORE = "cut before the text"
    CUT_AFTER = "cut after the text"
    SLOW = "slow"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs as the recipient sees them: a repeat of one that has come is the same mail."""
        return [str(message["Message-ID"]) for message in self.taken]

    def next_answer(self) -> str | None:
        return self.answers.pop(0) if self.answers else None


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.now: str | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.now = self.server.next_answer()
        if self.now == MailServer.CUT_BEFORE:
            smtp.transport.abort()
            return "421 farvel"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.now and self.now[0].isdigit():
            return self.now
        content: Any = envelope.content
        if self.now == MailServer.SLOW:
            await asyncio.sleep(4)
        self.server.taken.append(message_from_bytes(content))
        if self.now == MailServer.CUT_AFTER:
            smtp.transport.abort()
        return "250 tatt imot"


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True)


@contextmanager
def running() -> Iterator[MailServer]:
    """Start it on a free port; stopped at the end."""
    server = MailServer()
    controller = _Controller(_Handler(server), hostname="127.0.0.1", port=_free_port())
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
