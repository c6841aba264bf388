"""The lead changes the municipality's titles and settings; each change is in the log, old and new."""

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from guidelines.wording import fill
from notices.actions import queue
from notices.delivery import message_of
from team.actions import SETTINGS, change_municipality
from team.models import Municipality
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return cast.meraker()


def form_of(municipality, **changes):
    """What the browser sends of the form: an empty field for what is not set."""
    data = {name: getattr(municipality, name) for name in SETTINGS}
    return {name: "" if value is None else value for name, value in {**data, **changes}.items()}


def test_the_keeping_time_is_none_until_it_is_set_and_can_be_taken_away_again(place, client):
    client.force_login(place.kari.user)
    assert place.municipality.keep_days is None
    for sent, kept in (("90", 90), ("12", 90), ("", None)):
        client.post(reverse("team:municipality"), form_of(place.municipality, keep_days=sent))
        place.municipality.refresh_from_db()
        assert place.municipality.keep_days == kept
    changes = AuditEvent.objects.filter(action="municipality.change").order_by("pk")
    assert [(one.data["old"], one.data["new"]) for one in changes] == [(None, 90), (90, None)]


def test_a_changed_title_is_saved_and_logged_old_and_new(place, client):
    client.force_login(place.kari.user)
    old = place.municipality.executive_title
    client.post(reverse("team:municipality"), form_of(place.municipality, executive_title="rådmann"))
    place.municipality.refresh_from_db()
    assert place.municipality.executive_title == "rådmann"
    event = AuditEvent.objects.get(action="municipality.change")
    assert event.data == {"field": "executive_title", "old": old, "new": "rådmann"}
    assert event.actor_id == place.kari.user_id


def test_nothing_changed_is_nothing_logged(place, client):
    client.force_login(place.kari.user)
    answer = client.post(reverse("team:municipality"), form_of(place.municipality), follow=True)
    assert "Ingenting er endret" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="municipality.change").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"enquiry_url": "", "enquiry_email": ""}, "Oppgi et skjema eller en adresse"),
        ({"hold_seconds": "4000"}, "3600"),
        ({"enquiry_email": "ikke en adresse"}, "e-post"),
        ({"written_language": "xx"}, "xx"),
        ({"sender_email": "kommunen@gmail.com"}, "kommunens eget domene"),
        ({"sender_email": "post@falskmeraker.kommune.example"}, "meraker.kommune.example"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(place, client, changes, words):
    client.force_login(place.kari.user)
    answer = client.post(reverse("team:municipality"), form_of(place.municipality, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not AuditEvent.objects.filter(action="municipality.change").exists()


def test_other_fields_are_no_settings(place):
    with pytest.raises(ValueError, match="slug"):
        change_municipality(place.municipality, {"slug": "annen"}, by=place.kari)


def test_a_wording_may_use_the_municipalitys_own_titles(place):
    fields = {"executive_title": "rådmann", "accounts_word": "medier"}
    assert fill({"nb": ["Se innstillingen fra {executive_title}."]}, "nb", fields) == "Se innstillingen fra rådmann."


def test_the_lead_says_whom_mail_comes_from(place, client):
    client.force_login(place.kari.user)
    wanted = {"sender_name": "Meråker kommune, sosiale medier", "sender_email": "some@post.meraker.kommune.example"}
    client.post(reverse("team:municipality"), form_of(place.municipality, **wanted))
    logged = {
        event.data["field"]: event.data["new"] for event in AuditEvent.objects.filter(action="municipality.change")
    }
    assert logged == wanted
    town = Municipality.objects.get(pk=place.municipality.pk)
    mail = message_of(
        queue(town, kind="test", to="tek@meraker.example", subject="Spørsmål", body="Hei", key="test:1", by=place.kari)
    )
    assert mail.from_email.endswith("<some@post.meraker.kommune.example>")
    assert "Meråker kommune, sosiale medier" in mail.body
