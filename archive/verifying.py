"""Is everything that was handed over still what it was? Packages, messages, and the chain from a package to the log."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from archive import package_check
from archive.arkivmelding import validate_official
from archive.chain import chain_of
from archive.models import CaseRecord, ExportBatch, SentMessage
from archive.package import facts_of
from archive.workflow import BatchStatus
from audit import log
from audit.verification import Anchor
from files.store import FileDamagedError, open_stored
from team.models import Municipality


def problems_of(municipality: Municipality) -> Iterator[str]:
    """Give everything that is wrong, one sentence each; nothing when all is as it was handed over.

    Hashes every stored package and every file in it again, reads each message again, and looks the log through with the
    heads that stand in the packages: a log that was written anew since a package was made is found.
    """
    batches = list(ExportBatch.objects.filter(municipality=municipality, status=BatchStatus.READY).order_by("pk"))
    for batch in batches:
        yield from (f"{batch}: {problem}" for problem in _batch_problems(batch))
    heads = [
        Anchor(municipality.pk, one.head_number, bytes.fromhex(one.head_hash)) for one in batches if one.head_number
    ]
    chain = log.verify(municipality.pk, anchors=heads)
    if not chain.ok:
        yield f"loggen: {chain.problem}"
    for record in CaseRecord.objects.filter(municipality=municipality, exported_at__isnull=False).iterator(200):
        looked = chain_of(record)
        if not looked.ok:
            yield f"{record}: {looked.problem}"


def _batch_problems(batch: ExportBatch) -> Iterator[str]:
    if batch.package is None:
        yield "pakken mangler."
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pakke.zip"
        try:
            with open_stored(batch.package) as stored, path.open("wb") as copy:
                shutil.copyfileobj(stored, copy)
        except (FileDamagedError, OSError) as error:
            yield f"pakken lar seg ikke hente fram ({error})."
            return
        problems = package_check.verify(path, batch.package.sha256)
        yield from map(str, problems)
        if not problems:
            yield from _message_problems(batch, path)


def _message_problems(batch: ExportBatch, path: Path) -> Iterator[str]:
    """Compare the messages in the zip with what we wrote down when they went out."""
    written = {one.folder: one for one in SentMessage.objects.filter(batch=batch)}
    with zipfile.ZipFile(path) as archive:
        held = {name.split("/")[0]: name for name in archive.namelist() if name.endswith(".xml")}
        for folder in sorted(held.keys() | written.keys()):
            if folder not in held or folder not in written:
                yield f"{folder}: meldingen står bare i {'pakken' if folder in held else 'SocialDesk'}."
                continue
            xml = archive.read(held[folder])
            if facts_of(xml).sha256 != written[folder].sha256:
                yield f"{folder}: meldingen er ikke den som ble sendt."
            if settings.ARKIVMELDING_XSD and batch.target == "fiks-arkiv-v1":
                yield from (f"{folder}: {one}" for one in validate_official(xml, settings.ARKIVMELDING_XSD))
