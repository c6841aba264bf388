"""Values as the log keeps them: ids, dates, short codes and hashes, never the public's text or names."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.errors import LongTextError, UnloggableError

LONGEST_TEXT = 200
SHORT_CODE = 20
NUMBERS_AND_DATES = (
    models.BooleanField,
    models.DateField,
    models.DecimalField,
    models.FloatField,
    models.IntegerField,
    models.UUIDField,
)

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def content_hash(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes as 64 hexadecimal digits; lone surrogates are hashed as they are."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def plain(value: object) -> Plain:
    """Return `value` as JSON for the log: dates and UUIDs become text, sets become sorted lists, enums their value.

    Raises LongTextError for text over 200 characters, UnloggableError for what is neither id, code, date nor hash.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    for kinds, to_plain in _KINDS:
        if isinstance(value, kinds):
            return to_plain(value)
    raise UnloggableError(f"The log keeps ids, short codes, dates and hashes, not {type(value).__name__}.")


def logged(field: "models.Field[Any, Any]", value: object) -> Plain:
    """Return a field's new value as the log keeps it: ids, dates and codes as they are, text as {"sha256": ...}."""
    if isinstance(value, models.Model):
        return plain(value.pk)
    if value is None or value == "":
        return plain(value)
    if _is_code(field):
        return plain(value)
    return {"sha256": _hash_of(value)}


def _is_code(field: "models.Field[Any, Any]") -> bool:
    """Tell whether the field holds ids, numbers, dates or short codes, by its type and length."""
    if isinstance(field, ArrayField):
        return _is_code(field.base_field)
    if field.is_relation or field.choices or isinstance(field, NUMBERS_AND_DATES):
        return True
    if isinstance(field, models.CharField) and (field.max_length or LONGEST_TEXT) <= SHORT_CODE:
        return True
    # The platform's id of a comment or reply, and hashes somebody else computed.
    return field.name == "external_id" or field.name.endswith(("hash", "sha256"))


def _hash_of(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, str):
        return content_hash(value)
    return content_hash(json.dumps(value, ensure_ascii=True, sort_keys=True, default=str))


def _text(value: str) -> Plain:
    if len(value) > LONGEST_TEXT:
        raise LongTextError(f"A text of {len(value)} characters does not belong in the log. Give its content_hash.")
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
        raise UnloggableError("A text with NUL or a lone surrogate cannot be stored in the log.")
    return str(value)


def _number(value: float) -> Plain:
    if not math.isfinite(value):
        raise UnloggableError(f"{value} is no number the log can keep.")
    return value


def _moment(value: datetime) -> Plain:
    if value.tzinfo is None:
        raise UnloggableError("A time without a time zone does not belong in the log.")
    return value.astimezone(UTC).isoformat()


def _mapping(value: Mapping[object, object]) -> Plain:
    return {str(_text(str(key))): plain(one) for key, one in value.items()}


# The first kind that fits decides: a bool is an int, a datetime is a date.
_KINDS: list[tuple[type | tuple[type, ...], Callable[[Any], Plain]]] = [
    ((type(None), bool, int), lambda value: value),
    (str, _text),
    (float, _number),
    (datetime, _moment),
    (date, date.isoformat),
    ((UUID, Decimal), str),
    (Mapping, _mapping),
    ((list, tuple), lambda values: [plain(one) for one in values]),
    ((set, frozenset), lambda values: [plain(one) for one in sorted(values, key=str)]),
]
