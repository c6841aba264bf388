"""Put bytes in the store and get them back, through Django's storages (a folder, a shared mount or S3)."""

import hashlib
from collections.abc import Iterable
from functools import partial
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError

from files.models import StoredFile

CHUNK = 1024 * 1024


class FileDamagedError(Exception):
    """The bytes in the store are not the bytes that were put there."""


def put(content: IO[bytes], *, municipality_id: int, media_type: str) -> StoredFile:
    """Store the bytes of a seekable file and return its row; the same bytes again return the first row.

    The file is written before the row: a crash leaves a file nobody names, never a row without its file.
    """
    sha256, size = _measure(content)
    name = f"{municipality_id}/{sha256[:2]}/{sha256}"
    if not default_storage.exists(name):
        content.seek(0)
        name = default_storage.save(name, File(content))
    stored, is_new = StoredFile.objects.get_or_create(
        municipality_id=municipality_id,
        sha256=sha256,
        defaults={"size": size, "media_type": media_type, "name": name},
    )
    if is_new and not default_storage.exists(name):  # the same bytes were forgotten a moment ago
        content.seek(0)
        default_storage.save(name, File(content))
    return stored


def forget(ids: Iterable[int]) -> None:
    """Remove those of the stored files that nothing points at any more; the bytes go when the transaction commits."""
    for stored in StoredFile.objects.filter(pk__in=list(ids)).order_by("pk"):
        try:
            with transaction.atomic():
                stored.delete()
        except ProtectedError:
            continue  # somebody else keeps it: another comment, an archive record, a package
        transaction.on_commit(partial(_remove, stored.name))


def _remove(name: str) -> None:
    if not StoredFile.objects.filter(name=name).exists():
        default_storage.delete(name)


def open_stored(stored: StoredFile) -> IO[bytes]:
    """Open the stored bytes for reading, after checking that they still are what the row says."""
    content: IO[bytes] = default_storage.open(stored.name)
    if _measure(content) != (stored.sha256, stored.size):
        content.close()
        raise FileDamagedError(f"{stored} is not what was stored: restore it from a backup.")
    content.seek(0)
    return content


def _measure(content: IO[bytes]) -> tuple[str, int]:
    """Return (sha256 in hex, size in bytes) of a seekable file."""
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := content.read(CHUNK):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size
