"""Field lists of the Graph API: `id,comments.filter(stream).limit(5){id,message}` asks for fields, and more inside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r"\s*([A-Za-z_0-9]+|[,{}]|\.[a-z_]+\([^()]*\))")
DEEPEST = 10


class BadFieldsError(ValueError):
    """A list of fields that cannot be read."""


@dataclass
class Wanted:
    """One field that is asked for: the arguments of a list inside, and the fields wanted of its nodes."""

    arguments: dict[str, str] = field(default_factory=dict)
    inside: "dict[str, Wanted]" = field(default_factory=dict)


def fields_of(text: str) -> dict[str, Wanted]:
    """The fields asked for by name; none for an empty text. Raises BadFieldsError."""
    tokens = list(_tokens(text))
    tokens.reverse()
    found = _fields(tokens, 0)
    if tokens:
        raise BadFieldsError(f"Syntax error near {tokens[-1]!r}")
    return found


def _tokens(text: str) -> Iterator[str]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match:
            raise BadFieldsError(f"Syntax error near {text[place : place + 20]!r}")
        yield match.group(1)
        place = match.end()


def _fields(tokens: list[str], depth: int) -> dict[str, Wanted]:
    if depth > DEEPEST:
        raise BadFieldsError("Nested too deeply")
    found: dict[str, Wanted] = {}
    while tokens and tokens[-1] != "}":
        name = tokens.pop()
        if name == ",":
            continue
        if not re.fullmatch(r"\w+", name):
            raise BadFieldsError(f"Syntax error near {name!r}")
        found[name] = _wanted(tokens, depth)
    return found


def _wanted(tokens: list[str], depth: int) -> Wanted:
    wanted = Wanted()
    while tokens and tokens[-1].startswith("."):
        name, value = tokens.pop()[1:-1].split("(", 1)
        wanted.arguments[name] = value
    if tokens and tokens[-1] == "{":
        tokens.pop()
        wanted.inside = _fields(tokens, depth + 1)
        if not tokens or tokens.pop() != "}":
            raise BadFieldsError("A bracket is not closed")
    return wanted
