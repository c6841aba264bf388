"""How a finished package reaches the archive. The archivist can always download it; a watched folder is the second way.

Fiks IO (KS' message queue) will be a third class here; what it needs is in docs/archive.md.
"""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.access import settings_for
from archive.models import ExportBatch
from archive.package import CHUNK
from archive.workflow import BatchStatus
from files.store import FileDamagedError, open_stored


class DeliveryError(Exception):
    """The package did not reach the archive; str() says why, in words for the archivist."""


class Delivery(Protocol):
    """A way to the archive. Delivering the same package twice must do no harm."""

    def deliver(self, batch: ExportBatch) -> None:
        """Hand the package over. Raises DeliveryError."""


class Folder:
    """A folder the archive watches, such as an SFTP mount: `<SOCIALDESK_ARCHIVE_FOLDER>/<municipality>/`.

    The zip appears under its name only when it is whole (written beside, then renamed), with its checksum in a file of
    its own after it.
    """

    def deliver(self, batch: ExportBatch) -> None:
        if not settings.ARCHIVE_FOLDER:
            raise DeliveryError(_("Det er ikke satt opp noen mappe. Si fra til systemansvarlig."))
        folder = Path(settings.ARCHIVE_FOLDER) / batch.municipality.slug
        name = package_name(batch)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._put(batch, folder, name)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise DeliveryError(_("Mappen tok ikke imot pakken (%(reason)s).") % {"reason": reason}) from error
        except FileDamagedError as error:
            raise DeliveryError(_("Pakken er skadet i lageret. Lag en ny eksport.")) from error

    def _put(self, batch: ExportBatch, folder: Path, name: str) -> None:
        if batch.package is None:
            raise DeliveryError(_("Eksporten har ingen pakke."))
        unfinished = folder / f".{name}.skrives"
        with open_stored(batch.package) as stored, unfinished.open("wb") as target:
            shutil.copyfileobj(stored, target, CHUNK)
            target.flush()
            os.fsync(target.fileno())
        if _sha256_of(unfinished) != batch.package.sha256:
            unfinished.unlink()
            raise DeliveryError(_("Mappen ga ikke tilbake det som ble skrevet. Prøv igjen."))
        unfinished.replace(folder / name)
        (folder / f"{name}.sha256").write_text(f"{batch.package.sha256}  {name}\n", encoding="ascii")


WAYS: dict[str, Delivery] = {"folder": Folder()}


def package_name(batch: ExportBatch) -> str:
    """Return the file name of the package: «socialdesk-meraker-41.zip»."""
    return f"socialdesk-{batch.municipality.slug}-{batch.pk}.zip"


def deliver(batch_id: int) -> None:
    """Hand over a finished export in the way the municipality has chosen. Safe to call any number of times."""
    batch = ExportBatch.objects.select_related("municipality", "package").get(pk=batch_id)
    way = WAYS.get(settings_for(batch.municipality_id).delivery)
    if way is None or batch.status != BatchStatus.READY or batch.delivered_at:
        return
    waiting = ExportBatch.objects.filter(pk=batch_id, delivered_at=None)
    try:
        way.deliver(batch)
    except DeliveryError as error:
        waiting.update(delivery_problem=str(error)[:300])
        return
    waiting.update(delivered_at=timezone.now(), delivery_problem="")


def undelivered() -> list[int]:
    """Return ids of finished exports that shall reach their archive by themselves and have not."""
    chosen = ExportBatch.objects.filter(
        status=BatchStatus.READY, delivered_at=None, municipality__archive_settings__delivery__in=list(WAYS)
    )
    return list(chosen.order_by("pk").values_list("pk", flat=True))


def _sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
