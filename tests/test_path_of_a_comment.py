"""Show me everything once: one comment all the way, with nothing mocked.

A citizen writes on the practice platform; a Celery worker pulls it over HTTP; Ola claims, sorts and answers; Kari
approves; the worker publishes it back over HTTP; the archive has heard it all; Arne confirms and exports; the package
tells who handled it and is valid.
"""

import json
import zipfile
from pathlib import Path

import pytest

from archive import actions as archive_actions
from archive import package_check
from archive.arkivmelding import validate_official
from archive.models import CaseRecord, ExportBatch
from archive.tasks import follow_log, pack_batch
from archive.workflow import BatchStatus, RecordStatus
from audit import log
from files.store import open_stored
from inbox.actions import comments, replies
from inbox.actions.errors import ObligationsUnmetError
from inbox.models import Channel, Comment, Reply
from inbox.tasks import pull_due_channels
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.processes import running_worker
from tests.simulator_server import Simulator
from tests.waiting import wait_for

SCHEMAS = Path(__file__).resolve().parents[2] / "shared" / "noark" / "fiks-arkiv-v1"
WORDS = "Det er fortsatt ikke brøytet i Stasjonsvegen 🚜. Jeg vil klage på dette."


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_question_needing_case_handling_is_answered_and_ends_in_the_archive(
    simulator: Simulator, tmp_path: Path
) -> None:
    place = cast.meraker(simulator.url)
    Channel.objects.filter(pk=place.channel.pk).update(account_id="", pull_every=1)
    post = simulator.post("Brøyting av kommunale veger i vinter")
    asked = simulator.comment(post, WORDS, author="Randi Moen", username="randi")

    with running_worker():
        # The clock rings; the worker reads the platform.
        pull_due_channels.delay()
        wait_for(lambda: Comment.objects.filter(external_id=asked).exists(), "the comment to be pulled")
        comment = Comment.objects.get(external_id=asked)
        assert (comment.status, comment.text, comment.author_name) == (CommentStatus.NEW, WORDS, "Randi Moen")

        # Ola takes it, sorts it, and drafts; without what the guideline asks it cannot be handed in.
        comments.claim(comment, by=place.ola)
        comments.sort(comment, sortings=["case_handling", "negative"], by=place.ola)
        record = CaseRecord.objects.get(comment_id=comment.pk)
        reply = replies.draft(comment, text="Hei, Randi. Bilen kommer før kl. 10.", by=place.ola)
        with pytest.raises(ObligationsUnmetError):
            replies.submit(reply, by=place.ola)
        comments.choose_unit(comment, unit=place.unit, by=place.ola)
        for code in ("C4-notice", "C5-notice"):
            reply = replies.insert_notice(reply, code=code, by=place.ola)
        replies.submit(reply, by=place.ola)

        # Kari approves; the worker publishes; the citizen sees it.
        replies.approve(reply, by=place.kari)
        wait_for(lambda: Reply.objects.filter(pk=reply.pk, status=ReplyStatus.PUBLISHED).exists(), "the reply")
        (book,) = simulator.book("meraker")
        assert book["in_reply_to_id"] == asked
        assert "dokumentasjonsplikt" in book["text"]
        assert Comment.objects.get(pk=comment.pk).status == CommentStatus.DONE

        # The archive has followed; Arne confirms what we proposed, and exports.
        follow_log.delay()
        wait_for(lambda: CaseRecord.objects.get(pk=record.pk).answered, "the archive to follow")
        record.refresh_from_db()
        decision = archive_actions.Decision(title=record.proposed_title, public_title=record.proposed_title)
        archive_actions.complete(record, decision, by=place.arne)
        batch = archive_actions.export([record], by=place.arne)
        wait_for(lambda: ExportBatch.objects.filter(pk=batch.pk, status=BatchStatus.READY).exists(), "the package")

    record.refresh_from_db()
    batch.refresh_from_db()
    assert record.status == RecordStatus.EXPORTED
    assert log.verify(place.municipality.pk).ok
    assert batch.package is not None
    with open_stored(batch.package) as stored:
        package = tmp_path / "pakke.zip"
        package.write_bytes(stored.read())
    assert package_check.verify(package) == []
    _check_what_the_archive_gets(package)


def _check_what_the_archive_gets(package: Path) -> None:
    with zipfile.ZipFile(package) as opened:
        names = opened.namelist()
        incoming, outgoing = (opened.read(name) for name in sorted(names) if name.endswith("arkivmelding.xml"))
        manifest = json.loads(opened.read("manifest.json"))
        pdfs = [opened.read(name) for name in names if name.endswith(".pdf")]
    for name in ("Ola Svendsen", "Kari Holten", "Randi Moen", "Kommunalteknikk"):
        assert name in incoming.decode()
    assert "Kari Holten" in outgoing.decode()
    assert all(pdf.startswith(b"%PDF-1.7") for pdf in pdfs)
    assert len(pdfs) == 3
    assert manifest
    if not SCHEMAS.is_dir():
        pytest.skip("the official schemas are not here: the messages were checked against our own rules only")
    for message in (incoming, outgoing):
        assert validate_official(message, SCHEMAS) == []


@pytest.mark.django_db
def test_packing_is_harmless_twice() -> None:
    place = cast.meraker()
    batch = ExportBatch.objects.create(municipality=place.municipality, created_by=place.arne)
    pack_batch(batch.pk)
    pack_batch(batch.pk)
    batch.refresh_from_db()
    assert batch.status == BatchStatus.FAILED
