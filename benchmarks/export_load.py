"""The load of P4: one export of many records in this process. `benchmarks.exporting` starts it."""

import json
import resource
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.storage import FileSystemStorage, default_storage  # noqa: E402

from archive import exporting, papers  # noqa: E402
from archive.documents import font_paths_in  # noqa: E402
from archive.models import BatchRecord, CaseRecord, ExportBatch, RecordedVersion  # noqa: E402
from archive.workflow import BatchStatus, RecordStatus  # noqa: E402
from team.models import Membership, Municipality, Role, User  # noqa: E402

BEGUN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ROUNDS, IN_A_ROUND = 4, 50


def town() -> Membership:
    """Make a municipality with an archivist."""
    number = uuid.uuid4().hex[:8]
    municipality = Municipality.objects.create(
        name=f"Prøve {number}", slug=f"prove-{number}", number=f"{int(number, 16) % 10000:04d}"
    )
    user = User.objects.create_user(f"arne@{number}.example", name="Arne Arkivdal")
    return Membership.objects.create(user=user, municipality=municipality, role=Role.ARCHIVIST)


def confirmed(archivist: Membership, many: int, seed: int) -> list[CaseRecord]:
    """Make confirmed records with a comment of their own each; `seed` keeps the texts of two calls apart."""
    records = CaseRecord.objects.bulk_create(
        CaseRecord(
            municipality=archivist.municipality,
            comment_id=-(seed * 1_000_000 + number + int(time.time_ns() % 10**15)),
            status=RecordStatus.CONFIRMED,
            reason=CaseRecord.Reason.CASE_HANDLING,
            opened_at=BEGUN,
            decided_by="Ola Svendsen",
            guideline="Retningslinjer",
            platform="facebook",
            channel_name="Kommunen på Facebook",
            post_text=f"Brøyting av kommunale veger i vinter, rute {number}",
            post_posted_at=BEGUN - timedelta(days=1),
            author_id=f"a{number}",
            author_name="Randi Moen",
            permalink=f"https://social.example/{seed}/{number}",
            posted_at=BEGUN,
            captured_at=BEGUN,
            proposed_title="Henvendelse",
            title="Henvendelse",
            public_title="Henvendelse",
            class_code="N00",
            confirmed_by=archivist,
            confirmed_at=BEGUN + timedelta(hours=2),
        )
        for number in range(many)
    )
    RecordedVersion.objects.bulk_create(
        RecordedVersion(
            record=record,
            number=1,
            text=f"Vegen til hytte {seed}-{place} er ikke brøytet. " * 12,
            seen_at=BEGUN,
            raw=json.dumps({"id": f"{seed}-{place}", "text": "x" * 500}).encode(),
        )
        for place, record in enumerate(records)
    )
    return records


def export_cpu(archivist: Membership, records: list[CaseRecord]) -> tuple[float, int]:
    """Pack the records as one export; return its CPU seconds and how many were left out."""
    batch = ExportBatch.objects.create(municipality=archivist.municipality, created_by=archivist)
    BatchRecord.objects.bulk_create(BatchRecord(batch=batch, record=record) for record in records)
    begun = time.process_time()
    exporting.pack(batch.pk)
    spent = time.process_time() - begun
    batch.refresh_from_db()
    assert batch.status == BatchStatus.READY, batch.status
    return spent, batch.records.exclude(problem="").count()


def bare_cpu(records: list[CaseRecord]) -> float:
    """Only set the documents of the records; return the CPU seconds."""
    fonts = font_paths_in(Path(settings.NODE_MODULES))
    spent = 0.0
    for record in records:
        begun = time.process_time()
        papers.comment_papers(record, font_paths=fonts)
        papers.log_paper(record, confirmed_by="Arne Arkivdal", confirmed_at=BEGUN, font_paths=fonts)
        spent += time.process_time() - begun
    return spent


def main() -> None:
    """Export `argv[1]` records in one batch for the memory, and in turns with the bare typesetting for the rate."""
    many = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        default_storage._wrapped = FileSystemStorage(location=folder)  # type: ignore[attr-defined]
        archivist = town()
        _spent, left_out = export_cpu(archivist, confirmed(archivist, many, seed=1))
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        exported = bare = 0.0
        for turn in range(ROUNDS):
            exported += export_cpu(archivist, confirmed(archivist, IN_A_ROUND, seed=100 + turn))[0]
            bare += bare_cpu(confirmed(archivist, IN_A_ROUND, seed=200 + turn))
    found = {"records": many, "peak_mb": round(peak_mb, 1), "left_out": left_out}
    print(json.dumps({**found, "export_cpu": round(exported, 3), "bare_cpu": round(bare, 3)}))


if __name__ == "__main__":
    main()
