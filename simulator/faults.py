"""Faults a platform can have, as rules laid over the calls: slow, refused, broken off, half written, late."""

import itertools
import json
import random
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

WITH_ANSWER_REPLACED = {
    "status",  # answer with this code, body and headers; the platform is never asked
    "error_before",  # 500, nothing was written
    "error_after",  # 500, but what was asked for is done
    "reset_before",  # the connection is cut, nothing was written
    "reset_after",  # the connection is cut, but what was asked for is done
    "malformed",  # half of the JSON
    "trickle",  # the answer comes in drops, over `seconds`
}
KINDS = WITH_ANSWER_REPLACED | {
    "delay",  # wait `seconds`, then go on as usual
    "forget_key",  # the Idempotency-Key is ignored, as some servers do
    "read_lag",  # reads do not show what was written in the latest `ms` milliseconds
}
NEVER_DISTURBED = ("/_control", "/healthz", "/static/")
FIELDS = {"match", "kind", "code", "body", "headers", "seconds", "ms", "probability", "times", "after", "seed"}
MATCH_FIELDS = {"method", "path", "regex", "token"}


class BadRuleError(ValueError):
    """A fault rule that cannot be used; the message says why."""


@dataclass
class Rule:
    """One fault. It hits a call that matches, with a probability, at most `times` times (None: always).

    The first `after` calls that it would hit pass.
    """

    kind: str
    match: dict[str, str] = field(default_factory=dict)
    code: int = 500
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    ms: int = 0
    probability: float = 1.0
    times: int | None = None
    after: int = 0
    seed: int = 1
    id: int = 0
    hits: int = 0
    passed: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - repeatable faults, not secrets

    def hit(self, method: str, path: str, authorization: str) -> bool:
        """Whether the rule strikes this call; a strike is counted."""
        if self.times is not None and self.hits >= self.times:
            return False
        if not self._matches(method, path, authorization) or self._chance.random() >= self.probability:
            return False
        self.passed += 1
        if self.passed <= self.after:
            return False
        self.hits += 1
        return True

    def _matches(self, method: str, path: str, authorization: str) -> bool:
        wanted = self.match
        return (
            method == wanted.get("method", method).upper()
            and path.startswith(wanted.get("path", ""))
            and ("regex" not in wanted or re.search(wanted["regex"], path) is not None)
            and ("token" not in wanted or authorization == f"Bearer {wanted['token']}")
        )

    def as_json(self) -> dict[str, Any]:
        """The rule with its number of hits."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class Faults:
    """The rules in force, asked in the order they were given."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def add(self, wanted: Iterable[Any]) -> list[dict[str, Any]]:
        """Add rules given as JSON and return them as they stand; raises BadRuleError and then adds none."""
        rules = [rule_from(one) for one in wanted]
        with self._lock:
            for rule in rules:
                rule.id = next(self._numbers)
            self._rules += rules
        return [rule.as_json() for rule in rules]

    def clear(self) -> None:
        """Take all rules away."""
        with self._lock:
            self._rules = []

    def as_json(self) -> list[dict[str, Any]]:
        """All rules with their number of hits."""
        with self._lock:
            return [rule.as_json() for rule in self._rules]

    def striking(self, method: str, path: str, authorization: str) -> list[Rule]:
        """The rules that strike this call: any delay or lag, and of those that replace the answer the first."""
        if path.startswith(NEVER_DISTURBED):
            return []
        found: list[Rule] = []
        with self._lock:
            for rule in self._rules:
                taken = any(other.kind in WITH_ANSWER_REPLACED for other in found)
                if taken and rule.kind in WITH_ANSWER_REPLACED:
                    continue
                if rule.hit(method, path, authorization):
                    found.append(rule)
        return found


def rule_from(wanted: Any) -> Rule:
    """One rule out of JSON; raises BadRuleError for what is not understood."""
    if not isinstance(wanted, dict):
        raise BadRuleError("a rule is an object with at least a kind")
    match = wanted.get("match", {})
    _refuse_unless(wanted.get("kind") in KINDS, f"kind must be one of {', '.join(sorted(KINDS))}")
    _refuse_unless(set(wanted) <= FIELDS, f"unknown fields: {', '.join(sorted(set(wanted) - FIELDS))}")
    _refuse_unless(isinstance(match, dict) and set(match) <= MATCH_FIELDS, f"match knows only {sorted(MATCH_FIELDS)}")
    _refuse_unless(all(isinstance(value, str) for value in match.values()), "every value in match is a text")
    _refuse_unless(_is_number(wanted.get("probability", 1)), "probability is a number from 0 to 1")
    _refuse_unless(
        _is_number(wanted.get("seconds", 0)) and _is_number(wanted.get("ms", 0)), "seconds and ms are numbers"
    )
    _refuse_unless(_is_number(wanted.get("after", 0)), "after is a number")
    _check_regex(match.get("regex", ""))
    return Rule(**wanted)


def body_bytes(body: Any) -> tuple[bytes, str]:
    """A rule's body as bytes with its content type: text as HTML, anything else as JSON."""
    if isinstance(body, str):
        return body.encode(), "text/html; charset=utf-8"
    return json.dumps(body).encode(), "application/json; charset=utf-8"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _refuse_unless(good: bool, message: str) -> None:
    if not good:
        raise BadRuleError(message)


def _check_regex(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as problem:
        raise BadRuleError(f"regex {pattern!r} cannot be read: {problem}") from problem
