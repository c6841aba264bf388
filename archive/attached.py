"""The pictures of one record as files for the package: archive format A, and the original as P where they differ."""

from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from archive import formats
from archive.models import CaseRecord, RecordedAttachment, RecordedReply
from archive.papers import KINDS, File
from files import pictures
from files.models import StoredFile
from files.store import FileDamagedError, open_stored

LEFT_OUT = "Følger ikke med: arkivaren har valgt det bort."
UNDESCRIBED = "Uten beskrivelse fra avsender"


def attached_to(record: CaseRecord) -> list[RecordedAttachment]:
    """Return the attachments that go along, oldest version first; the same bytes in a later version only once."""
    seen: set[str] = set()
    kept = []
    for one in record.attachments.all():
        wanted = one.original is not None and one.pk not in record.left_out
        if one.original is not None and wanted and one.original.sha256 not in seen:
            seen.add(one.original.sha256)
            kept.append(one)
    return kept


def lines_of(record: CaseRecord) -> list[dict[str, Any]]:
    """Return each attachment for the archivist's page: name, alt, words on what becomes of it, goes_along, tells_place.

    Opens each original: for the page of one record.
    """
    return [
        {
            "pk": one.pk,
            "name": f"{KINDS.get(one.kind, _('Vedlegg'))} {one.position + 1}",
            "alt": one.alt,
            "goes_along": one.original_id is not None and one.pk not in record.left_out,
            "is_left_out": one.pk in record.left_out,
            "can_go": one.original_id is not None,
            "words": LEFT_OUT if one.pk in record.left_out else _fate(one),
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
    if one.original_id:
        fate = _("Følger med i arkivpakken.")
    elif one.waits:
        fate = _("Hentes fortsatt. Eksporten venter på det.")
    else:
        # The reason was copied as a label of the inbox, in bokmål: its own message.
        fate = f"{_('Følger ikke med.')} {_(one.missing_because or 'Bare omtalt av plattformen.')}"
    return f"{_('Versjon %(number)s.') % {'number': one.version}} {fate}"


def waiting(record: CaseRecord) -> bool:
    """Tell whether an attachment is still being fetched: an export now would lack it."""
    return any(one.waits for one in record.attachments.all())


def files_of(one: RecordedAttachment, number: int) -> list[File]:
    """Return the file or files of the attachment that is document `number` of the message.

    Raises files.store.FileDamagedError when the original is not what was stored.
    """
    return _files(one.original, f"vedlegg-{number}", one.seen_at)


def sent_files_of(reply: RecordedReply) -> list[File]:
    """Return the file or files of the picture that went out with the reply; none for a reply without.

    Raises files.store.FileDamagedError when the picture is not what was stored.
    """
    return _files(reply.picture, "bilde-2", reply.published_at, by_platform="")


def sent_words(reply: RecordedReply) -> str:
    """Return what the archive is told of consent to the reply's picture or story; "" when nothing was asked."""
    if not reply.consent:
        return ""
    named = [word for word, is_there in (("bildet", reply.picture_id), ("historien", reply.tells_story)) if is_there]
    return f"Samtykke til {' og '.join(named)} i svaret: {reply.consent}"


def _files(
    original: StoredFile | None, name: str, made_at: datetime, *, by_platform: str = "Bildet slik plattformen ga det"
) -> list[File]:
    if original is None:
        return []
    with open_stored(original) as stored:
        data = stored.read()
    found = formats.image_format(data)
    if found is None:
        return []

    def file(name: str, data: bytes, found: formats.Format, *, is_archive_copy: bool) -> File:
        return _file(name, data, found, made_at, by_platform, is_archive_copy=is_archive_copy)

    if formats.is_accepted(found.puid):
        return [file(name, data, found, is_archive_copy=True)]
    copy = pictures.png_copy(BytesIO(data))
    return [
        file(name, copy.data, formats.PNG, is_archive_copy=True),
        file(f"{name}-original", data, found, is_archive_copy=False),
    ]


def _file(
    name: str, data: bytes, found: formats.Format, made_at: datetime, by_platform: str, *, is_archive_copy: bool
) -> File:
    return File(
        name=f"{name}{found.suffix}",
        data=data,
        title=f"{name.capitalize()}{found.suffix}",
        media_type=found.media_type,
        puid=found.puid,
        made_at=made_at,
        is_archive_copy=is_archive_copy,
        made_by_platform=by_platform,
    )
