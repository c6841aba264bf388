"""Why a mail cannot be put in the outbox, or did not get away."""


class NoticeError(Exception):
    """A mail that cannot be sent as it is; str() is what to tell the person."""


class DeliveryError(Exception):
    """The mail did not certainly get away. `code` is the server's answer (RFC 5321), 0 when it gave none.

    The server's words are left out on purpose: they may repeat addresses and text, and this is logged.
    """

    def __init__(self, code: int = 0) -> None:
        self.code = code
        super().__init__(f"code {code}")


class TryLaterError(DeliveryError):
    """Nothing was handed over: no connection, or the server asked us to come back (4xx)."""


class RefusedMailError(DeliveryError):
    """The server said no for good (5xx)."""


class UnclearMailError(DeliveryError):
    """The text was on its way when the line went dead: it may have been taken."""
