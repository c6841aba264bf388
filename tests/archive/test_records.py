"""Case records: opened by a decision, completed by facts, confirmed and exported by the archivist."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from archive import actions, exporting, history, intake, workbench
from archive.access import settings_for
from archive.actions import Decision
from archive.chain import chain_of
from archive.errors import ArchiveRefusedError
from archive.models import CaseRecord, CodeValue, ExportBatch
from archive.proposals import proposal_for
from archive.workflow import BatchStatus, RecordStatus
from audit import log
from files.models import StoredFile
from files.store import FileDamagedError, open_stored
from inbox import intake as inbox_intake
from inbox.actions import comments
from inbox.models import Comment, Reply
from tests import cast
from tests.archive.desk import archivist, confirm, confirmed, follow, opened, packed
from tests.database import owner_connection
from tests.factories import make_comment, make_item, make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def test_sorting_as_a_case_opens_the_record_in_the_same_act(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    record = CaseRecord.objects.get()
    assert (record.comment_id, record.decided_by, record.status) == (comment.pk, "Ola Svendsen", RecordStatus.PROPOSED)
    assert "Meråker" in record.guideline


def test_value_as_documentation_opens_one_too_and_praise_does_not(place: cast.Cast) -> None:
    comments.sort(make_comment(place.post), sortings=["praise"], by=place.ola)
    assert not CaseRecord.objects.exists()
    comments.sort(make_comment(place.post), sortings=["negative"], documentation_value=True, by=place.ola)
    assert CaseRecord.objects.get().reason == CaseRecord.Reason.DOCUMENTATION


def test_sorting_again_opens_no_second_record(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    for sortings in (["case_handling"], ["case_handling", "negative"]):
        comments.sort(comment, sortings=sortings, by=place.ola)
    assert CaseRecord.objects.count() == 1


def test_nothing_is_inferred_into_the_title_from_what_the_citizen_wrote(place: cast.Cast) -> None:
    record = opened(place, text="Mora mi Olga Moen er syk")
    assert "Olga" not in record.proposed_title
    assert "Brøyting" in record.proposed_title


def test_the_record_follows_edits_deletions_and_the_whole_history(place: cast.Cast) -> None:
    record = opened(place)
    comment = Comment.objects.get(pk=record.comment_id)
    edited = make_item(place.post, text="Jeg trekker klagen", external_id=comment.external_id)
    inbox_intake.receive(place.channel, make_page(edited), raw_page=None)
    comment.refresh_from_db()
    inbox_intake.mark_deleted([comment])
    follow(place)
    record.refresh_from_db()
    assert [version.text for version in record.versions.all()] == ["Jeg vil klage på brøytingen", "Jeg trekker klagen"]
    assert record.deleted_at is not None
    acts = list(record.events.values_list("action", flat=True))
    assert acts == ["comment.receive", "comment.sort", "comment.edit", "comment.delete"]
    assert record.events.get(action="comment.sort").actor == "Ola Svendsen"
    assert history.lag(place.municipality) == 0


def test_following_twice_copies_once(place: cast.Cast) -> None:
    record = opened(place)
    assert intake.follow(place.municipality.pk) == 0
    assert record.events.count() == 2
    assert record.versions.count() == 1


def test_a_record_that_is_behind_the_log_is_not_packed(place: cast.Cast) -> None:
    record = confirmed(place)
    comments.claim(Comment.objects.get(), by=place.ola)
    log.link_now()
    assert intake.behind(record)
    with pytest.raises(exporting.NotPackableError, match="siste hendelsene"):
        exporting.packaged(record, settings_for(place.municipality.pk), first=1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "  "}, "både tittel"),
        ({"title": "Klage fra 01010750160"}, "fødselsnummer"),
        ({"shield": True, "shield_basis": ""}, "hjemmelen"),
        ({"shield": True, "shield_basis": "Offl. § 13", "public_title": "Klage fra Randi Moen"}, "røper"),
    ],
)
def test_a_bad_decision_is_refused_with_what_to_do(place: cast.Cast, changes: dict[str, object], words: str) -> None:
    record = opened(place)
    with pytest.raises(ArchiveRefusedError, match=words):
        confirm(record, place, **changes)
    record.refresh_from_db()
    assert record.status == RecordStatus.PROPOSED


def test_only_an_archivist_confirms_and_exports(place: cast.Cast) -> None:
    record = opened(place)
    with pytest.raises(ArchiveRefusedError, match="arkivar"):
        actions.complete(record, Decision(title="a", public_title="a"), by=place.kari)
    with pytest.raises(ArchiveRefusedError, match="arkivar"):
        actions.export([record], by=place.ola)


def test_an_unconfirmed_record_is_not_exported(place: cast.Cast) -> None:
    with pytest.raises(ArchiveRefusedError, match="bekreftes først"):
        actions.export([opened(place)], by=place.arne)


def test_a_record_goes_out_in_one_package_only(place: cast.Cast) -> None:
    record = confirmed(place)
    actions.export([record], by=place.arne)
    with pytest.raises(ArchiveRefusedError, match="på vei ut"):
        actions.export([record], by=place.arne)


def test_one_record_that_cannot_be_packed_does_not_stop_the_others(place: cast.Cast) -> None:
    good, bad = confirmed(place), confirmed(place)
    CaseRecord.objects.filter(pk=bad.pk).update(
        shield=True, shield_basis="Offl. § 13", public_title="Sak om Randi Moen"
    )
    batch = packed(place, good, bad)
    assert batch.status == BatchStatus.READY
    assert "Randi Moen" in batch.records.get(record=bad).problem
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status) == (RecordStatus.EXPORTED, RecordStatus.CONFIRMED)
    assert batch.head_hash


def test_packing_the_same_records_again_gives_the_same_bytes(place: cast.Cast) -> None:
    record = confirmed(place)
    first = [message.xml for message in exporting.packaged(record, settings_for(place.municipality.pk), first=1)]
    files = [
        file.facts
        for message in exporting.packaged(record, settings_for(place.municipality.pk), first=1)
        for file in message.files
    ]
    again = exporting.packaged(record, settings_for(place.municipality.pk), first=1)
    assert [message.xml for message in again] == first
    assert [file.facts for message in again for file in message.files] == files


def test_a_batch_whose_worker_died_is_taken_up_again(place: cast.Cast) -> None:
    batch = actions.export([confirmed(place)], by=place.arne)
    ExportBatch.objects.filter(pk=batch.pk).update(lease_until=timezone.now() - timedelta(minutes=1), done=1)
    assert exporting.due_batches() == [batch.pk]
    log.link_now()
    exporting.pack(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.done) == (BatchStatus.READY, 1)


def test_a_package_changed_in_the_store_is_not_handed_out(place: cast.Cast) -> None:
    batch = packed(place, confirmed(place))
    assert batch.package is not None
    StoredFile.objects.filter(pk=batch.package.pk).update(sha256="0" * 64)
    batch.package.refresh_from_db()
    with pytest.raises(FileDamagedError):
        open_stored(batch.package)


def test_the_archivist_walks_from_list_to_package(place: cast.Cast) -> None:
    record = opened(place, text="<script>alert(1)</script> 🚜")
    arne = archivist(place)
    assert str(record) in arne.get(reverse("archive:list")).content.decode()
    page = arne.get(reverse("archive:record", args=[record.pk])).content.decode()
    assert "ikke bekreftet" in page
    assert "&lt;script&gt;" in page
    bad = arne.post(
        reverse("archive:complete", args=[record.pk]), {"title": "", "public_title": "x", "class_code": "N00"}
    )
    assert bad.status_code == 422
    good = {"title": "Klage", "public_title": "Klage", "class_code": "N00"}
    arne.post(reverse("archive:complete", args=[record.pk]), good)
    arne.post(reverse("archive:export"), {"records": [record.pk]})
    batch = ExportBatch.objects.get()
    log.link_now()
    exporting.pack(batch.pk)
    response = arne.get(reverse("archive:download", args=[batch.pk]))
    assert response.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as package:  # type: ignore[attr-defined]
        assert "01-opprett/arkivmelding.xml" in package.namelist()
    assert not Reply.objects.exists()


def test_a_list_of_records_costs_no_more_queries_for_ten_than_for_two(
    place: cast.Cast, django_assert_max_num_queries: object
) -> None:
    for _ in range(10):
        opened(place)
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        workbench.records_for(place.arne, "foreslatt")


def page_of(place: cast.Cast, record: CaseRecord) -> str:
    client = archivist(place)
    return client.get(reverse("archive:record", args=[record.pk])).content.decode()


def test_what_was_proposed_stands_beside_what_was_confirmed(place: cast.Cast) -> None:
    record = opened(place)
    assert 'value="N00"' in page_of(place, record)
    CodeValue.objects.create(municipality=place.municipality, list="klasse", code="Q12")
    confirm(record, place, title="Klage på brøyting", class_code="Q12")
    record.refresh_from_db()
    assert record.proposal["class_code"] == "N00"
    page = strip_tags(page_of(place, record))
    assert "Klage på brøyting" in page
    assert f"Foreslått: {record.proposed_title}" in page
    assert "Foreslått: N00" in page


def test_a_shield_is_proposed_only_where_a_person_has_flagged_the_comment(place: cast.Cast) -> None:
    plain, flagged = opened(place), opened(place)
    comments.flag(Comment.objects.get(pk=flagged.comment_id), flags=["health_data"], by=place.ola)
    follow(place)
    flagged.refresh_from_db()
    codes = settings_for(place.municipality.pk)
    assert not proposal_for(plain, codes).shield
    assert proposal_for(flagged, codes).shield_basis == "Offl. § 13, jf. fvl. § 13"
    assert not flagged.shield, "a proposal is no decision"


def test_the_page_says_who_sorted_and_who_answered_that_it_is_documentation(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["negative"], documentation_value=True, by=place.mari)
    follow(place)
    assert "Ja, svart av Mari Teveldal" in page_of(place, CaseRecord.objects.get())
    assert "saksbehandling går alltid til arkivet" in page_of(place, opened(place))


def test_the_lag_is_shown_with_how_old_the_oldest_event_is(place: cast.Cast) -> None:
    record = opened(place)
    assert "på vei inn i arkivet" not in page_of(place, record)
    make_comment(place.post)
    log.link_now()
    assert history.lag(place.municipality) == 1
    page = page_of(place, record)
    assert "1 hendelse er på vei inn i arkivet" in page
    assert "Den eldste er fra" in page
    comments.claim(Comment.objects.get(pk=record.comment_id), by=place.ola)
    log.link_now()
    assert "Grunnlaget mangler de siste hendelsene" in page_of(place, record)


def test_the_name_and_role_of_the_time_stay_when_the_person_changes_both(place: cast.Cast) -> None:
    record = opened(place)
    place.ola.user.name = "Ola Nysted"
    place.ola.user.save()
    place.ola.role = "lead"
    place.ola.save()
    follow(place)
    page = page_of(place, record)
    assert "<b>Ola Svendsen</b> (svarer): Sorterte kommentaren" in page
    assert "Ola Nysted" not in page


def test_a_changed_copy_of_the_history_is_said_on_the_page(place: cast.Cast) -> None:
    record = opened(place)
    assert "Loggen er uendret · 2 hendelser" in page_of(place, record)
    record.events.filter(action="comment.sort").update(role="lead")
    number = record.events.get(action="comment.sort").number
    assert f"Kopien av hendelse nr. {number} er ikke lik loggen." in page_of(place, record)


@pytest.mark.django_db(transaction=True)
def test_an_event_changed_behind_the_logs_back_is_said_on_the_page_of_its_record() -> None:
    place = cast.meraker()
    record = opened(place)
    untouched = opened(place)
    event = record.events.get(action="comment.sort")
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only")
        cursor.execute("UPDATE audit_event SET actor_id = actor_id + 1 WHERE id = %s", [event.event_id])
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_append_only")
    assert chain_of(record).problem == f"Hendelse nr. {event.number} er ikke slik den ble skrevet."
    assert chain_of(untouched).ok
