"""Django's SMTP backend with two things added: a hard limit on the whole conversation, and knowing how far it came.

A socket's timeout is per read: a server that trickles one byte a second would hold a worker for ever.
"""

import smtplib
import socket
from threading import Timer
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp


class _Watched:
    """Notes when the text begins to leave, and cuts the line when the time is up."""

    text_begun = False
    sock: socket.socket | None
    _timer: Timer | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        opened: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._timer = Timer(settings.MAIL_TIMEOUT, self._cut)
        self._timer.daemon = True
        self._timer.start()
        return opened

    def _cut(self) -> None:
        try:
            if self.sock:
                self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was closed already, which is what we wanted

    def data(self, msg: Any) -> Any:
        self.text_begun = True
        return super().data(msg)  # type: ignore[misc]

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
        super().close()  # type: ignore[misc]


class _Smtp(_Watched, smtplib.SMTP):
    pass


class _SmtpOverTls(_Watched, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Use as EMAIL_BACKEND; every other setting is Django's own."""

    @property
    def connection_class(self) -> Any:
        return _SmtpOverTls if self.use_ssl else _Smtp

    @property
    def text_begun(self) -> bool:
        """Whether the text of a mail had begun to leave on this connection."""
        return bool(getattr(self.connection, "text_begun", False))
