"""What was done to the sender's words stands in the record in full; and an export says what it is doing."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import batch_views, exporting
from archive.access import settings_for
from archive.models import BatchRecord, CaseRecord, ExportBatch
from files import store
from inbox.actions import comments
from inbox.models import Comment, Intervention
from tests import cast
from tests.archive.desk import archivist, confirm, confirmed, follow, opened, packed
from tests.inbox.intervening import rule_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def hidden(record: CaseRecord, place: cast.Cast) -> Intervention:
    """The record's comment, hidden by rule, as the archive heard of it."""
    comment, rule = Comment.objects.get(pk=record.comment_id), rule_of(place)
    evidence = store.put(BytesIO(b"{}"), municipality_id=place.municipality.pk, media_type="application/json")
    act = Intervention.objects.create(
        municipality=place.municipality, channel=place.channel, comment=comment, kind="hide", status="CARRIED_OUT",
        rule=rule, rule_title="Hets", rule_text="Vi skjuler hets.", reason="Navngir en nabo", evidence=evidence,
        text="Vi har skjult kommentaren.", planned_by=place.kari, carried_out_at=timezone.now(),
    )  # fmt: skip
    comments.flag(comment, flags=["about_person"], by=place.ola)
    follow(place)
    return act


def test_an_intervention_is_a_part_of_the_record_with_rule_reason_and_message(place: cast.Cast) -> None:
    record = opened(place)
    act = hidden(record, place)
    page = archivist(place).get(reverse("archive:record", args=[record.pk])).content.decode()
    for words in ("Tiltak: Skjul", "Utført", "Vi skjuler hets.", "Navngir en nabo", "Vi har skjult kommentaren."):
        assert words in page
    assert "bestemt av Kari Holten" in page
    Intervention.objects.filter(pk=act.pk).update(status="UNDONE")
    comments.flag(Comment.objects.get(pk=record.comment_id), flags=[], by=place.ola)
    follow(place)
    assert record.interventions.get().status_words == "Opphevet"


def test_an_intervention_goes_to_the_archive_as_a_remark(place: cast.Cast) -> None:
    record = opened(place)
    hidden(record, place)
    confirm(record, place)
    opening = exporting.packaged(record, settings_for(place.municipality.pk), first=1)[0].xml.decode()
    assert "Regel: Hets Begrunnelse: Navngir en nabo Melding til avsenderen: Vi har skjult kommentaren." in opening


def test_the_page_of_an_export_names_the_record_it_is_at_and_the_time_left(place: cast.Cast) -> None:
    records = [confirmed(place) for _ in range(3)]
    batch = ExportBatch.objects.create(
        municipality=place.municipality, created_by=place.arne, status="RUNNING", done=4, packing=records[1],
        begun_at=timezone.now() - timedelta(minutes=4),
    )  # fmt: skip
    BatchRecord.objects.bulk_create(BatchRecord(batch=batch, record=record) for record in records)
    page = archivist(place).get(reverse("archive:batch", args=[batch.pk])).content.decode()
    assert f"Pakker nå {records[1]}: {records[1].title}" in page
    everywhere = archivist(place).get(reverse("archive:exports")).content.decode()
    assert f"Eksport {batch.pk} lages nå" in everywhere
    assert f"Pakker nå {records[1]}" in everywhere


def test_the_time_left_follows_from_the_pace_so_far(place: cast.Cast) -> None:
    batch = ExportBatch(status="RUNNING", done=4, begun_at=timezone.now() - timedelta(minutes=4))
    assert "Omtrent 4 minutter igjen." in batch_views._left(batch.seconds_left(8))
    assert batch_views._left(30) == "Under ett minutt igjen."
    assert ExportBatch(status="RUNNING", done=1, begun_at=timezone.now()).seconds_left(8) is None


def test_a_batch_says_while_it_packs_which_record_it_is_at_and_nothing_afterwards(
    place: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, seen = confirmed(place), list[tuple[int | None, bool]]()
    real = exporting.plans_of

    def looking(*args: object) -> object:
        batch = ExportBatch.objects.get()
        seen.append((batch.packing_id, batch.begun_at is not None))
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(exporting, "plans_of", looking)
    batch = packed(place, record)
    assert seen == [(record.pk, True)]
    assert batch.packing_id is None
