"""What people and the archive see of a forwarding: the list, the page of the comment, the recipients."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive import actions as archive_actions
from archive import intake as archive_intake
from archive.access import settings_for
from archive.arkivmelding import serialize, validate_official
from archive.code_lists import Codes
from archive.documents import font_paths_in
from archive.models import CaseRecord
from archive.planning import plans_for
from audit import log
from inbox.actions import forwardings
from inbox.models import Forwarding, OutsideBody
from notices.models import Notice
from team.models import Unit
from tests import cast
from tests.house import ROOT
from tests.inbox.forwarded import outside, send_mail, sent, sorted_case

db = pytest.mark.django_db
SCHEMAS = ROOT.parent / "shared" / "noark" / "fiks-arkiv-v1"


@db
def test_the_list_shows_age_failures_and_costs_the_same_for_one_and_ten() -> None:
    place = cast.meraker()
    client = Client()
    client.force_login(place.ola.user)
    sent(place)
    client.get(reverse("inbox:receipts"))
    one = _queries(client)
    for _ in range(9):
        sent(place)
    assert _queries(client) == one


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("inbox:receipts")).status_code == 200
    return len(captured)


@db
def test_the_page_of_the_comment_says_how_far_it_has_come() -> None:
    place = cast.meraker()
    client = Client()
    client.force_login(place.ola.user)
    comment = sorted_case(place)
    page = reverse("inbox:comment", args=[comment.pk])
    choose = reverse("inbox:choose_unit", args=[comment.pk])
    client.post(choose, {"to": f"unit:{place.unit.pk}", "remark": "Ring meg"})
    assert "Sendes til Kommunalteknikk når svaret publiseres" in client.get(page).content.decode()
    client.post(reverse("inbox:forward_now", args=[Forwarding.objects.get().pk]))
    assert "E-posten til Kommunalteknikk er på vei" in client.get(page).content.decode()
    send_mail()
    assert "venter på kvittering" in client.get(page).content.decode()
    Notice.objects.update(status="FAILED", problem="refused")
    assert "kom ikke fram" in client.get(page).content.decode()
    assert "Sjekk at adressen er riktig" in client.get(reverse("inbox:receipts")).content.decode()


@db
def test_a_lead_keeps_the_list_of_recipients() -> None:
    place = cast.meraker()
    client = Client()
    client.force_login(place.kari.user)
    new = {"name": "Renovasjon IKS", "email": "post@iks.example", "legal_basis": "Forurensningsloven § 30"}
    assert client.post(reverse("inbox:add_body"), {**new, "email": "x"}).status_code == 422
    client.post(reverse("inbox:add_body"), new)
    assert client.post(reverse("inbox:add_body"), new).status_code == 422, "the name is taken"
    body = OutsideBody.objects.get()
    page = reverse("inbox:recipient", args=["utenfor", body.pk])
    client.post(page, {"active": "no"})
    assert "Ikke i bruk" in client.get(reverse("inbox:recipients")).content.decode()
    client.post(page, {**new, "email": "ny@iks.example"})
    body.refresh_from_db()
    assert (body.email, body.is_active) == ("ny@iks.example", False)
    assert [event.action for event in log.history(body)] == [
        "outside_body.add", "outside_body.deactivate", "outside_body.change",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_archive_tells_whom_it_was_forwarded_to_and_who_confirmed() -> None:
    place = cast.meraker()
    comment = sorted_case(place)
    forwarding = sent(place, comment)
    forwardings.register_receipt(forwarding, name="Tor Vegdal", by=place.ola)
    extra = forwardings.plan(comment, to=outside(place), by=place.ola)
    assert extra
    forwardings.send(extra, by=place.ola)
    school = Unit.objects.create(municipality=place.municipality, name="Oppvekst", code="OPP", email="opp@m.example")
    third = forwardings.plan(comment, to=school, by=place.ola)
    assert third
    forwardings.send(third, by=place.ola)
    archive_intake.follow(place.municipality.pk)
    record = CaseRecord.objects.get()
    decision = archive_actions.Decision(title=record.proposed_title, public_title=record.proposed_title)
    archive_actions.complete(record, decision, by=place.arne)
    assert not archive_intake.behind(record)
    assert [one.recipient for one in record.forwardings.all()] == ["Kommunalteknikk", "Brannvesenet", "Oppvekst"]
    town, fonts = place.municipality.pk, font_paths_in(ROOT / "node_modules")
    opening = plans_for(record, settings_for(town), Codes(town), font_paths=fonts)[0].make()
    entry = opening.content.registrering
    assert entry is not None
    names = [(part.korrespondanseparttype.kode, part.korrespondansepart_navn) for part in entry.korrespondansepart]
    assert names[1:] == [("IM", "Oppvekst"), ("IM", "Kommunalteknikk")]
    remarks = " ".join(remark.merknadstekst for remark in entry.merknad)
    assert "Mottaket ble bekreftet av Tor Vegdal" in remarks
    assert "Videresendt til Brannvesenet" in remarks
    assert "Mottaket er ikke bekreftet" in remarks
    if SCHEMAS.is_dir():
        assert validate_official(serialize(opening.content), SCHEMAS) == []
