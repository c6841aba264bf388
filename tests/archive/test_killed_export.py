"""A worker that is killed in the middle of an export: taken up again, and no message goes out twice.

`make test` kills an export of 24 records, `make kills` one of 200: the same test, with SOCIALDESK_RECORDS=200.
"""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from archive import actions, exporting, intake, verifying
from archive.models import CaseRecord, ExportBatch, SentMessage
from archive.workflow import BatchStatus, RecordStatus
from inbox.actions import comments
from tests import cast
from tests.archive.desk import confirm
from tests.database import database_environment
from tests.factories import make_comment
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
# It tells how far it is at every record, so that the kill comes while there are others left.
PACK = """
import sys
import django
django.setup()
from archive import exporting
exporting.TELL_EVERY = 0
exporting.pack(int(sys.argv[1]))
"""
RECORDS = int(os.environ.get("SOCIALDESK_RECORDS", "24"))


def many_confirmed(place: cast.Cast) -> list[CaseRecord]:
    """Records of so many comments, made in one act each without waiting for the archive to follow every one."""
    for number in range(RECORDS):
        comment = make_comment(place.post, text=f"Hull {number} i vegen")
        comments.sort(comment, sortings=["case_handling"], by=place.ola)
    intake.follow(place.municipality.pk)
    return [confirm(record, place) for record in CaseRecord.objects.order_by("pk")]


def test_an_export_whose_worker_is_killed_twice_is_finished_with_every_key_once(tmp_path: Path) -> None:
    place = cast.meraker()
    batch = actions.export(many_confirmed(place), by=place.arne)
    environment = {
        **os.environ,
        **database_environment(),
        "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
        "SOCIALDESK_TEST_FILES": str(default_storage.location),  # type: ignore[attr-defined]
    }
    for _ in range(2):
        worker = subprocess.Popen([sys.executable, "-c", PACK, str(batch.pk)], env=environment, cwd=settings.BASE_DIR)
        wait_for(lambda: (ExportBatch.objects.get().done or 0) > 5, "the worker to be at it", seconds=90)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert ExportBatch.objects.get().status == BatchStatus.RUNNING
        assert not SentMessage.objects.exists(), "nothing is out before the package is whole"
        ExportBatch.objects.update(lease_until=timezone.now() - timedelta(seconds=1), done=0)
        assert exporting.due_batches() == [batch.pk]
    begun = time.monotonic()
    exporting.pack(batch.pk)
    assert time.monotonic() - begun < 300
    keys = list(SentMessage.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == RECORDS
    assert set(CaseRecord.objects.values_list("status", flat=True)) == {RecordStatus.EXPORTED}
    assert list(verifying.problems_of(place.municipality)) == []
