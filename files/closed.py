"""What is kept closed: text that is ciphertext in the database, and words that are moved out of rows and back again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import QuerySet

Words = dict[str, dict[str, dict[str, Any]]]  # shelf, id of the row, field: its value, as JSON can hold it


def _box() -> MultiFernet:
    """Return the keys, newest first: it closes, all of them open."""
    return MultiFernet([Fernet(key) for key in settings.TOKEN_KEYS])


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is readable in Python and ciphertext in the table, in a dump and in a backup."""

    def get_prep_value(self, value: Any) -> Any:
        return _box().encrypt(value.encode("utf-8", "surrogatepass")).decode() if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        try:
            return _box().decrypt(value.encode()).decode("utf-8", "surrogatepass")
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "A stored token or sealed text cannot be opened: TOKEN_KEYS lacks the key that closed it."
            ) from error


@dataclass(frozen=True)
class Shelf:
    """Rows, and the fields of theirs that hold words: texts, lists or bytes."""

    rows: QuerySet[Any]
    fields: tuple[str, ...]


def take_out(shelves: Mapping[str, Shelf], words: Words) -> Words:
    """Empty the fields of all rows, and return `words` with what stood there; the caller keeps it, or it is lost.

    What is empty already leaves what `words` has of it as it is. Inside the caller's transaction, with the rows locked.
    """
    kept = {name: {pk: dict(fields) for pk, fields in rows.items()} for name, rows in words.items()}
    for name, shelf in shelves.items():
        for row in shelf.rows.values("pk", *shelf.fields):
            found = {field: _as_plain(row[field]) for field in shelf.fields if row[field]}
            if found:
                kept.setdefault(name, {}).setdefault(str(row["pk"]), {}).update(found)
        shelf.rows.update(**{field: _nothing(shelf.rows.model, field) for field in shelf.fields})
    return kept


def put_back(shelves: Mapping[str, Shelf], words: Words) -> None:
    """Write the words into the rows they came from; a row that is gone meanwhile is passed over."""
    for name, shelf in shelves.items():
        for pk, fields in words.get(name, {}).items():
            shelf.rows.filter(pk=int(pk)).update(**{field: as_was(value) for field, value in fields.items()})


def as_was(value: Any) -> Any:
    """Return a value of `Words` as its field holds it."""
    return value["bytes"].encode("latin-1") if isinstance(value, dict) and value.keys() == {"bytes"} else value


def _as_plain(value: Any) -> Any:
    """Return a value as JSON can hold it; bytes as the characters of the same numbers."""
    return {"bytes": bytes(value).decode("latin-1")} if isinstance(value, (bytes, memoryview)) else value


def _nothing(model: type[models.Model], field: str) -> Any:
    kind = model._meta.get_field(field)
    if isinstance(kind, models.BinaryField):
        return b""
    return "" if isinstance(kind, (models.CharField, models.TextField)) else []
