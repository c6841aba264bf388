"""Sends webhooks as Meta does: signed, at least once, in no promised order, with the faults one asks for.

A delivery that is not answered 200 is sent again, with longer and longer pauses. Only addresses on loopback are called.
"""

import hashlib
import hmac
import http.client
import ipaddress
import json
import logging
import random
import secrets
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from simulator import clock
from simulator.book import Book
from simulator.webhook_shapes import News, news_of

log = logging.getLogger("simulator")
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0)
TIMEOUT = 10.0
REMEMBERED = 10_000


class BadSubscriptionError(ValueError):
    """A subscription that cannot be used; the message says why."""


@dataclass(frozen=True)
class Subscription:
    """Where deliveries go, and what goes wrong with them.

    `batch` puts so many changes into one delivery (they are held until there are enough, or `flush`), `hold` keeps all
    until `flush`; `repeat` sends each delivery so many times, `shuffle` in any order, and a share of
    `wrong_signature` (0 to 1) is signed with another secret. With `any_account`, accounts of other platforms are told
    of too: the Graph API here knows them all.
    """

    url: str
    secret: str = field(repr=False)
    verify_token: str = field(default="", repr=False)
    batch: int = 1
    hold: bool = False
    repeat: int = 1
    shuffle: bool = False
    wrong_signature: float = 0.0
    seed: int = 1
    any_account: bool = False


@dataclass
class Delivery:
    """One delivery on its way."""

    body: bytes = field(repr=False)
    signature: str = field(repr=False)
    changes: int
    is_wrong: bool
    attempt: int = 0
    answer: int = 0
    due: float = 0.0


class Webhooks:
    """Sends what changes in a book to one address, from a thread of its own that begins with the first subscription."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._ready = threading.Condition()
        self._subscription: Subscription | None = None
        self._is_confirmed = False
        self._held: list[News] = []
        self._waiting: list[Delivery] = []
        self._sent: list[Delivery] = []
        self._thread: threading.Thread | None = None
        book.listener = self.changed

    def subscribe(self, wanted: Subscription, *, confirm: bool) -> None:
        """Send to this address from now on. Raises BadSubscriptionError.

        `confirm` asks the address at once whether it is ours; otherwise before the first delivery.
        """
        _check(wanted)
        if confirm and not _confirms(wanted):
            raise BadSubscriptionError(f"{wanted.url} did not answer the challenge")
        with self._ready:
            self._forget()
            self._subscription, self._is_confirmed = wanted, confirm
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def unsubscribe(self) -> None:
        """Send nothing more, and forget what was sent."""
        with self._ready:
            self._forget()
            self._subscription = None

    def changed(self, changes: Iterable[tuple[str, int]]) -> None:
        """Take the changes of one transaction of the book: verb and id of each comment."""
        subscription = self._subscription
        if subscription is None:
            return
        now = clock.now_ms()
        everybody = subscription.any_account
        told = [
            news for verb, number in changes for news in news_of(self._book, verb, number, now, any_account=everybody)
        ]
        with self._ready:
            self._held += told
            if not subscription.hold and len(self._held) >= subscription.batch:
                self._dispatch(subscription)

    def flush(self) -> int:
        """Send what is held; returns how many deliveries were made of it."""
        with self._ready:
            return self._dispatch(self._subscription) if self._subscription else 0

    def as_json(self) -> dict[str, Any]:
        """What is held, waiting and sent (the latest), without secrets and without people's words."""
        with self._ready:
            sent = [
                {"attempt": one.attempt, "answer": one.answer, "changes": one.changes, "is_wrong": one.is_wrong}
                for one in self._sent
            ]
            url = self._subscription.url if self._subscription else None
            return {"url": url, "held": len(self._held), "waiting": len(self._waiting), "sent": sent}

    def _forget(self) -> None:
        self._held, self._waiting, self._sent = [], [], []

    def _dispatch(self, subscription: Subscription) -> int:
        """Make deliveries of what is held, with the faults asked for, and wake the sender."""
        chance = random.Random(subscription.seed)  # noqa: S311 - repeatable faults, not secrets
        made = deliveries_of(self._held, subscription, chance)
        self._held = []
        self._waiting += made
        self._ready.notify()
        return len(made)

    def _run(self) -> None:
        while True:
            subscription, delivery = self._next()
            delivery.attempt += 1
            delivery.answer = self._send(subscription, delivery)
            self._settle(subscription, delivery)

    def _next(self) -> tuple[Subscription, Delivery]:
        """Wait for the delivery that is due first, and take it."""
        with self._ready:
            while True:
                first = min(self._waiting, key=lambda one: one.due, default=None)
                if self._subscription and first and first.due <= time.monotonic():
                    self._waiting.remove(first)
                    return self._subscription, first
                self._ready.wait(None if first is None else max(0.01, first.due - time.monotonic()))

    def _send(self, subscription: Subscription, delivery: Delivery) -> int:
        """Send one delivery and return the answer's status, 0 for none."""
        if not self._is_confirmed:
            self._is_confirmed = _confirms(subscription)
        if not self._is_confirmed:
            return 0
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": delivery.signature}
        return _call("POST", subscription.url, delivery.body, headers)[0]

    def _settle(self, subscription: Subscription, delivery: Delivery) -> None:
        with self._ready:
            if self._subscription is not subscription:
                return
            self._sent = [*self._sent, replace(delivery)][-REMEMBERED:]
            if delivery.answer != 200 and not delivery.is_wrong and delivery.attempt <= len(PAUSES):
                log.info("webhook answered %s, again in %s s", delivery.answer, PAUSES[delivery.attempt - 1])
                delivery.due = time.monotonic() + PAUSES[delivery.attempt - 1]
                self._waiting.append(delivery)


def subscription_from(wanted: Mapping[str, Any]) -> Subscription:
    """A subscription out of JSON. Raises BadSubscriptionError."""
    usual: dict[str, Any] = {one.name: "" if one.default is MISSING else one.default for one in fields(Subscription)}
    if unknown := set(wanted) - set(usual):
        raise BadSubscriptionError(f"unknown fields: {', '.join(sorted(unknown))}")
    given: dict[str, Any] = usual | dict(wanted)
    for name, value in given.items():
        if not _is_like(value, usual[name]):
            raise BadSubscriptionError(f"{name} must be like {usual[name]!r}")
    return Subscription(**given)


def _is_like(given: object, usual: object) -> bool:
    """Whether a value is of the kind of the usual one; a whole number does for a fraction."""
    if isinstance(usual, float):
        return isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= 1
    return type(given) is type(usual)


def deliveries_of(news: Sequence[News], subscription: Subscription, chance: random.Random) -> list[Delivery]:
    """The deliveries that tell of these changes, faults and all."""
    told = list(news)
    if subscription.shuffle:
        chance.shuffle(told)
    bodies: list[tuple[bytes, int]] = []
    for kind in dict.fromkeys(one.object for one in told):
        of_kind = [one for one in told if one.object == kind]
        for start in range(0, len(of_kind), subscription.batch):
            group = of_kind[start : start + subscription.batch]
            body = json.dumps({"object": kind, "entry": [one.entry() for one in group]}).encode()
            bodies.append((body, len(group)))
    made = [_signed(body, count, subscription, chance) for body, count in bodies for _ in range(subscription.repeat)]
    if subscription.shuffle:
        chance.shuffle(made)
    return made


def _signed(body: bytes, changes: int, subscription: Subscription, chance: random.Random) -> Delivery:
    is_wrong = chance.random() < subscription.wrong_signature
    secret = secrets.token_hex() if is_wrong else subscription.secret
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Delivery(body, signature, changes, is_wrong)


def _check(wanted: Subscription) -> None:
    parts = urlsplit(wanted.url)
    if parts.scheme != "http" or not _is_loopback(parts.hostname or ""):
        raise BadSubscriptionError("deliveries go to http:// on 127.0.0.0/8 only")
    if not wanted.secret:
        raise BadSubscriptionError("a secret is needed to sign with")
    if wanted.batch < 1 or wanted.repeat < 1:
        raise BadSubscriptionError("batch and repeat are at least 1")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _confirms(subscription: Subscription) -> bool:
    """Ask whether the address is the subscriber's: it must answer with our challenge."""
    challenge = secrets.token_hex(8)
    query = {
        "hub.mode": "subscribe",
        "hub.verify_token": subscription.verify_token,
        "hub.challenge": challenge,
    }
    status, body = _call("GET", f"{subscription.url}?{urlencode(query)}", b"", {})
    return status == 200 and body == challenge.encode()


def _call(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """One call to the loopback: status and the beginning of the answer; (0, b"") when there was none."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIMEOUT)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body or None, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(1000)
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
