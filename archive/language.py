"""The one language of what is archived: the codes and documents of an archive do not follow who clicked."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation


def in_archive_language() -> AbstractContextManager[None]:
    """Return a context in which every text is bokmål, the language of the archive's own codes (Noark 5)."""
    return translation.override(settings.LANGUAGE_CODE)
