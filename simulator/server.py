"""The web server: werkzeug's threaded one, on loopback only, able to cut a connection."""

import socket
import struct
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LOOPBACK = "127.0.0.1"


class QuietRequestHandler(WSGIRequestHandler):
    """Leaves the logging to the gate."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Only faults of the server itself are worth a line here."""
        if type == "error":
            super().log(type, message, *args)

    def connection_dropped(self, error: BaseException, environ: "WSGIEnvironment | None" = None) -> None:
        """The client went away or was cut off: no second call is waited for on this connection."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """One line per call is written by the gate."""


class LoopbackServer(ThreadedWSGIServer):
    """One thread per call. A connection marked for cutting is reset instead of ended politely."""

    def __init__(self, app: "WSGIApplication", port: int) -> None:
        super().__init__(LOOPBACK, port, app, QuietRequestHandler)

    @property
    def url(self) -> str:
        """Where to find it, with the port that was really taken."""
        return f"http://{LOOPBACK}:{self.port}"

    def shutdown_request(self, request: "socket.socket | tuple[bytes, socket.socket]") -> None:
        """End a connection; a polite end would turn the wanted reset into an empty answer."""
        if isinstance(request, socket.socket) and _is_marked_for_cutting(request):
            self.close_request(request)
        else:
            super().shutdown_request(request)


def _is_marked_for_cutting(connection: socket.socket) -> bool:
    on, _seconds = struct.unpack("ii", connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))
    return bool(on)
