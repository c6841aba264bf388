"""Nothing is erased before the archive has receipted it, nor while a legal hold stands."""

import pytest

from archive import actions, receipt_actions
from archive.models import CaseRecord, SentMessage
from archive.retention import held_back
from tests import cast
from tests.archive.desk import confirm, edited, opened, packed
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


def why(place: cast.Cast, record: CaseRecord) -> str:
    record.refresh_from_db()
    return held_back(place.municipality.pk, [record.comment_id]).get(record.comment_id, "")


def test_a_comment_stays_until_its_receipt_and_again_when_something_new_has_happened() -> None:
    place = cast.meraker()
    record = opened(place)
    assert "ikke kvittert" in why(place, record)
    packed(place, confirm(record, place))
    assert "ikke kvittert" in why(place, record)
    receipt_actions.type_in(SentMessage.objects.get(), case=(2026, 1187), journal=None, by=place.arne)
    assert why(place, record) == ""
    edited(record, place, "Jeg trekker klagen")
    assert "noe nytt" in why(place, record)


def test_a_legal_hold_keeps_it_after_the_receipt() -> None:
    place = cast.meraker()
    record = opened(place)
    packed(place, confirm(record, place))
    receipt_actions.type_in(SentMessage.objects.get(), case=(2026, 1187), journal=None, by=place.arne)
    actions.hold(CaseRecord.objects.get(), reason="Klage til Statsforvalteren", by=place.arne)
    assert "Klage til Statsforvalteren" in why(place, record)


def test_a_comment_without_a_record_and_one_of_a_neighbour_are_not_ours_to_keep() -> None:
    place, neighbour = cast.meraker(), cast.tydal()
    free, theirs = make_comment(place.post), opened(neighbour)
    assert held_back(place.municipality.pk, [free.pk, theirs.comment_id]) == {}
