"""Careful reading of what a platform sent: any bytes, any JSON, any type in any field."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from inbox.channels.base import Unreadable
from inbox.channels.cleaning import clean

LONGEST_WAIT = 3600.0
USUAL_WAIT = 60.0
LONGEST_NUMBER = 40
DEEPEST = 60
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_MACHINE_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class NotJsonError(ValueError):
    """The body is not JSON we can read; the message says why."""


class NotAnItemError(ValueError):
    """This piece of JSON cannot become an item; the message says why."""


def parse(body: bytes) -> Any:
    """Return the JSON of a body; raises NotJsonError, and nothing else.

    NaN and infinities become None, numbers of more than 40 digits text, bytes that are no UTF-8 become U+FFFD.
    """
    try:
        return json.loads(_decode(body), parse_constant=_no_number, parse_int=_int, parse_float=_float)
    except RecursionError as problem:
        raise NotJsonError("the JSON is nested too deeply") from problem
    except ValueError as problem:
        reason = problem.msg if isinstance(problem, json.JSONDecodeError) else type(problem).__name__
        raise NotJsonError(f"not JSON: {reason}" if body else "the answer is empty") from problem


def _decode(body: bytes) -> str:
    encoding = json.detect_encoding(body)
    try:
        return body.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return body.decode(encoding, "replace")


def _no_number(_: str) -> None:
    return None


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def storable(value: Any, depth: int = 0) -> Any:
    """Return JSON that any store takes: every text cleaned. Raises NotAnItemError when it is nested too deeply."""
    if depth > DEEPEST:
        raise NotAnItemError(f"nested deeper than {DEEPEST}")
    if isinstance(value, str):
        return clean(value)[0]
    if isinstance(value, list):
        return [storable(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {clean(name)[0]: storable(one, depth + 1) for name, one in value.items()}
    return value


def unreadable(piece: Any, reason: str, body: bytes) -> Unreadable:
    """Return the piece as bytes with the reason; the whole body when it cannot be written as JSON again."""
    try:
        return Unreadable(json.dumps(piece).encode(), reason)
    except (ValueError, RecursionError):
        return Unreadable(body, reason)


def machine_code(body: bytes) -> str:
    """Return the platform's machine code from an error body, or "": a sentence is for people and never read."""
    try:
        answer = parse(body)
    except NotJsonError:
        return ""
    word = answer.get("error") if isinstance(answer, dict) else None
    return word if isinstance(word, str) and len(word) < 80 and _MACHINE_CODE.fullmatch(word) else ""


def as_count(value: object) -> int | None:
    """Return a count, or None for what is none."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 10**9 else None  # type: ignore[operator, return-value]


def as_id(value: object) -> str:
    """Return an id that can stand in an address, or "" for what is none: letters, digits, hyphen, underscore."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value)
    return text if _ID.fullmatch(text) else ""


SENSIBLE_YEARS = range(2000, 2100)
MILLISECONDS = 100_000_000_000  # as seconds, this were the year 5138


def as_time(value: object) -> tuple[datetime | None, str]:
    """Return a time in UTC and what was wrong with it ("" if nothing).

    ISO 8601, taken as UTC without a zone, or seconds or milliseconds since 1970. What lies outside the years of these
    platforms is no time: some of them (Bluesky) pass on what the writer's program says.
    """
    problem = ""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            read = datetime.fromtimestamp(value / 1000 if value > MILLISECONDS else value, UTC)
        elif isinstance(value, str):
            read = datetime.fromisoformat(value.strip())
        else:
            return None, "is no text"
        if read.tzinfo is None:
            read, problem = read.replace(tzinfo=UTC), "has no time zone, taken as UTC"
        moment = read.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None, "cannot be read"
    return (moment, problem) if moment.year in SENSIBLE_YEARS else (None, "lies in another century")


def wait_after(headers: Mapping[str, str], now: datetime | None = None) -> float:
    """Return the seconds the platform asks us to wait, 1 to 3,600; 60 when it does not say or says nonsense.

    `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), else `X-RateLimit-Reset` as ISO 8601 (Mastodon).
    """
    asked = _retry_after(headers.get("retry-after", ""), now) or seconds_to_reset(headers, now)
    return min(max(asked, 1.0), LONGEST_WAIT) if asked > 0 else USUAL_WAIT


def seconds_to_reset(headers: Mapping[str, str], now: datetime | None = None) -> float:
    """Return the seconds until `X-RateLimit-Reset`, at most 3,600; 0 when it is past or missing."""
    reset, _ = as_time(headers.get("x-ratelimit-reset", ""))
    return _until(reset, now) if reset else 0.0


def throttle_seconds(headers: Mapping[str, str], keep: int = 5) -> float:
    """Return how long to leave the platform alone when `keep` calls or fewer are left of its limit, else 0."""
    left = headers.get("x-ratelimit-remaining", "").strip()
    if left.isascii() and left.isdigit() and len(left) < 10 and int(left) <= keep:
        return seconds_to_reset(headers)
    return 0.0


def _retry_after(written: str, now: datetime | None) -> float:
    written = written.strip()
    if written.isascii() and written.isdigit():
        return min(float(written[:9]), LONGEST_WAIT)
    try:
        date = parsedate_to_datetime(written)
        return _until(date if date.tzinfo else date.replace(tzinfo=UTC), now)
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _until(moment: datetime, now: datetime | None) -> float:
    return min(max((moment - (now or datetime.now(UTC))).total_seconds(), 0.0), LONGEST_WAIT)


class Fields:
    """Reads the fields of one JSON object; what is of a wrong type becomes empty and a problem, never an exception."""

    def __init__(self, raw: Mapping[str, Any], problems: list[str], name: str = "") -> None:
        """Take the object, the list that collects problems, and the path of the object for their words."""
        self._raw = raw
        self._problems = problems
        self._name = name
        self.cleaned = False

    def note(self, name: str, problem: str) -> None:
        """Write a problem down."""
        self._problems.append(f"{self._name}{name} {problem}")

    def text(self, name: str) -> str:
        """A text, cleaned; null and missing are empty."""
        value = self._raw.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.note(name, "is no text")
            return ""
        text, replaced = clean(value)
        self.cleaned = self.cleaned or replaced
        return text

    def id(self, name: str) -> str:
        """An id; null and missing are empty."""
        value = self._raw.get(name)
        found = as_id(value)
        if value is not None and not found:
            self.note(name, "is no id")
        return found

    def time(self, name: str) -> datetime | None:
        """A time in UTC; null and missing are None."""
        value = self._raw.get(name)
        if value is None:
            return None
        moment, problem = as_time(value)
        if problem:
            self.note(name, problem)
        return moment

    def web_address(self, name: str) -> str:
        """An http or https address; anything else is empty, so that no page links to it."""
        address = self.text(name)
        if address and not is_web_address(address):
            self.note(name, "is no web address")
            return ""
        return address

    def has_object(self, name: str) -> bool:
        """Whether there is an object by that name: for what may well be missing."""
        return isinstance(self._raw.get(name), dict)

    def object(self, name: str) -> "Fields":
        """The fields of an object inside; empty when missing or something else."""
        value = self._raw.get(name)
        if not isinstance(value, dict):
            self.note(name, "is missing" if value is None else "is no object")
        return Fields(value if isinstance(value, dict) else {}, self._problems, f"{self._name}{name}.")

    def objects(self, name: str) -> Iterator["Fields"]:
        """The fields of each object in a list; anything else in it is left out and noted."""
        value = self._raw.get(name)
        if value is not None and not isinstance(value, list):
            self.note(name, "is no list")
        for one in value if isinstance(value, list) else []:
            if isinstance(one, dict):
                yield Fields(one, self._problems, f"{self._name}{name}.")
            else:
                self.note(name, "holds something that is no object")


def is_web_address(address: str) -> bool:
    """Whether this is an absolute http or https address."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
