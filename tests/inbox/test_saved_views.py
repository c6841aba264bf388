"""Choices in the queue that people keep under a name."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEvent
from inbox.actions import saved_views
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import SavedView
from inbox.queries import saved_views_for
from inbox.queue_choice import Choice
from team.models import Membership
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db
POLITICAL = Choice(flag="political", overdue=True)


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


def client_of(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def keep(by: Membership, name: str = "Politikk", **more: bool) -> SavedView:
    return saved_views.save(name=name, tab="nye", choice=POLITICAL, by=by, **more)


def save(client: Client, **fields: str) -> str:
    data = {"name": "Politikk", "tab": "nye", "merke": "political", **fields}
    return client.post(reverse("inbox:save_view"), data, follow=True).content.decode()


def test_what_is_chosen_can_be_kept_and_opened_again_from_the_queue(place: Cast) -> None:
    ola = client_of(place.ola)
    address = f"{reverse('inbox:queue', args=['nye'])}?merke=political&rekkefolge=frist"
    page = ola.get(address).content.decode()
    assert '<input type="hidden" name="merke" value="political">' in page
    assert "Utvalget er lagret" in save(ola, rekkefolge="frist", next=address)
    (kept,) = ola.get(reverse("inbox:queue")).context["saved"]["views"]
    assert (kept.label, kept.url, kept.on) == ("Politikk", address, False)
    assert ola.get(kept.url).context["saved"]["views"][0].on


def test_with_nothing_chosen_and_nothing_kept_there_is_no_menu(place: Cast) -> None:
    assert "Lagrede utvalg" not in client_of(place.ola).get(reverse("inbox:queue")).content.decode()


def test_only_what_a_choice_knows_is_kept(place: Cast) -> None:
    save(client_of(place.ola), kanal="7 OR 1=1", sprak="<script>", vas="x" * 5000)
    assert SavedView.objects.get().query == "merke=political"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"merke": "tull"}, "Velg noe i køen først"),
        ({"tab": "finnes-ikke"}, "Velg noe i køen først"),
        ({"name": "  "}, "Gi utvalget et navn"),
        ({"name": "x" * 41}, "høyst 40 tegn"),
    ],
)
def test_what_cannot_be_kept_is_said(place: Cast, fields: dict[str, str], words: str) -> None:
    assert words in save(client_of(place.ola), **fields)
    assert not SavedView.objects.exists()


def test_a_name_is_used_once_by_each_person(place: Cast) -> None:
    keep(place.ola)
    keep(place.mari)
    with pytest.raises(RefusedError, match="allerede et utvalg som heter «Politikk»"):
        keep(place.ola, "  Politikk ")


def test_a_person_keeps_twenty_at_most(place: Cast) -> None:
    for number in range(saved_views.MOST):
        keep(place.ola, f"Utvalg {number}")
    with pytest.raises(RefusedError, match="Slett et du ikke bruker"):
        keep(place.ola, "Et til")


def test_a_lead_shares_with_all_who_answer_and_nobody_else_can(place: Cast) -> None:
    with pytest.raises(NotAllowedError):
        keep(place.ola, is_shared=True)
    shared = keep(place.kari, is_shared=True)
    own = keep(place.ola, "Åpne saker")
    assert saved_views_for(place.ola) == [own, shared]
    assert "For alle som svarer" in client_of(place.kari).get("/ko/nye/?merke=political").content.decode()
    assert "For alle som svarer" not in client_of(place.ola).get("/ko/nye/?merke=political").content.decode()


def test_a_colleagues_own_and_a_neighbours_shared_are_not_seen(place: Cast) -> None:
    mine, neighbour = keep(place.mari), keep(cast.tydal().kari, is_shared=True)
    assert saved_views_for(place.ola) == []
    ola = client_of(place.ola)
    for view in (mine, neighbour):
        assert ola.post(reverse("inbox:delete_view", args=[view.pk])).status_code == 404
    assert SavedView.objects.count() == 2


def test_ones_own_is_deleted_and_the_log_says_so(place: Cast) -> None:
    view = keep(place.ola)
    page = client_of(place.ola).post(reverse("inbox:delete_view", args=[view.pk]), follow=True).content.decode()
    assert "Utvalget «Politikk» er slettet." in page
    assert not SavedView.objects.exists()
    assert AuditEvent.objects.filter(
        action="saved_view.delete", subject_id=view.pk, actor_id=place.ola.user_id
    ).exists()


def test_a_shared_one_is_deleted_by_a_lead_only(place: Cast) -> None:
    view = keep(place.kari, is_shared=True)
    page = client_of(place.ola).get(reverse("inbox:queue")).content.decode()
    assert view.name in page
    assert "Slett utvalget" not in page
    with pytest.raises(NotAllowedError):
        saved_views.delete(view, by=place.ola)
    saved_views.delete(view, by=place.kari)
    assert not SavedView.objects.exists()


def test_twenty_kept_cost_no_more_queries_than_one(place: Cast) -> None:
    ola = client_of(place.ola)
    keep(place.ola)
    ola.get(reverse("inbox:queue"))
    with CaptureQueriesContext(connection) as few:
        ola.get(reverse("inbox:queue"))
    for number in range(15):
        keep(place.ola, f"Utvalg {number}")
    with CaptureQueriesContext(connection) as many:
        ola.get(reverse("inbox:queue"))
    assert len(many) <= len(few)
