"""A text field whose value is encrypted in the database."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


def _box() -> MultiFernet:
    """Return the keys, newest first: it closes, all of them open."""
    return MultiFernet([Fernet(key) for key in settings.TOKEN_KEYS])


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is readable in Python and ciphertext in the table, in a dump and in a backup."""

    def get_prep_value(self, value: Any) -> Any:
        return _box().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        try:
            return _box().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "A stored token cannot be opened: TOKEN_KEYS lacks the key that closed it."
            ) from error
