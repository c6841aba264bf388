"""The pictures of one record as files for the package: archive format A, and the original as P where they differ."""

from io import BytesIO
from typing import Any

from archive import formats
from archive.models import CaseRecord, RecordedAttachment
from archive.papers import KINDS, File
from files import pictures
from files.store import FileDamagedError, open_stored

UNDESCRIBED = "Uten beskrivelse fra avsender"


def attached_to(record: CaseRecord) -> list[RecordedAttachment]:
    """Return the attachments that go along, oldest version first; the same bytes in a later version only once."""
    seen: set[str] = set()
    kept = []
    for one in record.attachments.select_related("original"):
        if one.original is not None and one.original.sha256 not in seen:
            seen.add(one.original.sha256)
            kept.append(one)
    return kept


def lines_of(record: CaseRecord) -> list[dict[str, Any]]:
    """Return each attachment for the archivist's page: name, alt, words on what becomes of it, goes_along, tells_place.

    Opens each original: for the page of one record.
    """
    return [
        {
            "name": f"{KINDS.get(one.kind, 'Vedlegg')} {one.position + 1}",
            "alt": one.alt,
            "goes_along": one.original_id is not None,
            "words": _fate(one),
            "tells_place": _tells_place(one),
        }
        for one in record.attachments.select_related("original")
    ]


def _tells_place(one: RecordedAttachment) -> bool:
    """Whether the original holds the place it was taken: a reason to consider shielding (decision 0008)."""
    if one.original is None:
        return False
    try:
        with open_stored(one.original) as stored:
            return pictures.tells_place(stored)
    except (OSError, FileDamagedError):
        return False  # exporting says what is wrong with a file


def _fate(one: RecordedAttachment) -> str:
    version = f"Versjon {one.version}."
    if one.original_id:
        return f"{version} Følger med i arkivpakken."
    if one.waits:
        return f"{version} Hentes fortsatt. Eksporten venter på det."
    return f"{version} Følger ikke med. {one.missing_because or 'Bare omtalt av plattformen.'}"


def waiting(record: CaseRecord) -> bool:
    """Tell whether an attachment is still being fetched: an export now would lack it."""
    return record.attachments.filter(waits=True).exists()


def files_of(one: RecordedAttachment, number: int) -> list[File]:
    """Return the file or files of the attachment that is document `number` of the message.

    Raises files.store.FileDamagedError when the original is not what was stored.
    """
    if one.original is None:
        return []
    with open_stored(one.original) as stored:
        data = stored.read()
    found = formats.image_format(data)
    if found is None:
        return []
    name = f"vedlegg-{number}"
    if formats.is_accepted(found.puid):
        return [_file(one, name, data, found, is_archive_copy=True)]
    copy = pictures.png_copy(BytesIO(data))
    return [
        _file(one, name, copy.data, formats.PNG, is_archive_copy=True),
        _file(one, f"{name}-original", data, found, is_archive_copy=False),
    ]


def _file(one: RecordedAttachment, name: str, data: bytes, found: formats.Format, *, is_archive_copy: bool) -> File:
    return File(
        name=f"{name}{found.suffix}",
        data=data,
        title=f"{name.capitalize()}{found.suffix}",
        media_type=found.media_type,
        puid=found.puid,
        made_at=one.seen_at,
        is_archive_copy=is_archive_copy,
        made_by_platform="Bildet slik plattformen ga det",
    )
