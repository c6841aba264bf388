"""Two councils side by side: exactly these differences, each with its clause."""

import pytest
from django.urls import reverse

from guidelines.comparison import differences
from guidelines.queries import version_in_force
from tests import cast

pytestmark = pytest.mark.django_db

B = "Pasienter, brukere og elever: B1, B2, B3, B4"
EXPECTED = {
    ("A", "Hvem delen gjelder", "Ansatte og folkevalgte", "Ansatte"),
    ("B", "Hele delen", B, ""),
    ("B1", "Hvor kontrollen kommer fra", "B1", "loven"),
    ("B2", "Hvor kontrollen kommer fra", "B2", "loven"),
    ("B3", "Hvor kontrollen kommer fra", "B3", "loven"),
    ("B4", "Hvor kontrollen kommer fra", "B4", "loven"),
    ("C0", "Tittel på ansvarlig leder", "sektorsjef SSOK/web-ansvarlig", "leder servicekontor"),
    ("C0", "Ord for kontoene", "medier", "kontoer"),
    ("C4", "Hvordan plikten kan oppfylles", "Be om skriftlig henvendelse, eller videresend i stedet",
     "Be om skriftlig henvendelse"),
    ("D", "Hele delen", "E-post: D1, D2, D3", ""),
    ("E1", "Vedtaket", "kommunestyret, 24.04.2017, 41/17", "Vedtak ikke registrert"),
}  # fmt: skip


@pytest.fixture
def both():
    return cast.meraker(), cast.tydal()


def test_exactly_the_known_differences_appear(both):
    meraker, tydal = (version_in_force(place.municipality) for place in both)
    found = [(one.clause, one.about, one.left, one.right) for one in differences(meraker, tydal)]
    assert set(found) == EXPECTED
    assert len(found) == len(EXPECTED), "none twice"
    assert [one[0] for one in found] == sorted(one[0] for one in found)


def test_the_other_way_round_the_sides_change_places(both):
    meraker, tydal = (version_in_force(place.municipality) for place in both)
    found = {(one.clause, one.about, one.right, one.left) for one in differences(tydal, meraker)}
    # The words of the two titles come from the two sides; nothing is lost or added.
    assert found == EXPECTED


def test_the_same_guideline_differs_in_nothing(both):
    version = version_in_force(both[0].municipality)
    assert differences(version, version) == []


def test_a_lead_of_either_sees_them_on_a_page(both, client):
    for place, other in (both, both[::-1]):
        client.force_login(place.kari.user)
        page = client.get(reverse("guidelines:compare")).content.decode()
        assert f"{len(EXPECTED)} forskjeller" in page
        assert other.municipality.name in page
        assert "videresend i stedet" in page


def test_without_a_neighbour_the_page_says_so(client):
    client.force_login(cast.meraker().kari.user)
    assert "Ingen andre kommuner" in client.get(reverse("guidelines:compare")).content.decode()
