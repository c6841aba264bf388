"""A template has two letters for the keyboard: a lead gives them, the strip and the composer pick by them."""

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from audit import log
from inbox.actions import comments, templates
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Template
from inbox.workflow import TemplateStatus
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    there = cast.meraker()
    templates.load_defaults(there.municipality)
    return there


def named(place: cast.Cast, name: str) -> Template:
    return Template.objects.get(municipality=place.municipality, name=name)


def test_a_code_is_given_logged_and_asks_for_no_new_approval(place: cast.Cast) -> None:
    one = named(place, "Åpningstider")
    templates.set_short_code(one, code=" TI ", by=place.kari)
    one.refresh_from_db()
    assert (one.short_code, one.status, one.versions.count()) == ("ti", TemplateStatus.APPROVED, 1)
    event = log.history(one).last()
    assert event is not None
    assert (event.action, event.data) == ("template.short_code", {"old": "åp", "new": "ti"})
    templates.set_short_code(one, code="", by=place.kari)
    templates.set_short_code(named(place, "Takk 1"), code="", by=place.kari)
    assert Template.objects.filter(municipality=place.municipality, short_code="").count() == 2


@pytest.mark.parametrize(("code", "words"), [("a", "to bokstaver"), ("a1", "to bokstaver"), ("tf", "Vi tok feil")])
def test_a_code_that_cannot_be_typed_or_is_taken_is_refused(place: cast.Cast, code: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        templates.set_short_code(named(place, "Takk 1"), code=code, by=place.kari)
    assert named(place, "Takk 1").short_code == "ta"


def test_only_a_lead_gives_codes_and_the_page_shows_them(place: cast.Cast, client: Client) -> None:
    one = named(place, "Takk 1")
    with pytest.raises(NotAllowedError):
        templates.set_short_code(one, code="xx", by=place.ola)
    client.force_login(place.ola.user)
    assert ">ta</kbd>" in client.get(reverse("inbox:templates")).content.decode()
    client.force_login(place.kari.user)
    client.post(reverse("inbox:template_code", args=[one.pk]), {"code": "tt"})
    assert 'value="tt"' in client.get(reverse("inbox:template", args=[one.pk])).content.decode()


def test_two_councils_may_use_the_same_code(place: cast.Cast) -> None:
    other = cast.tydal()
    templates.load_defaults(other.municipality)
    assert named(other, "Takk 1").short_code == named(place, "Takk 1").short_code == "ta"


def codes_in(client: Client, address: str) -> set[str]:
    page = html.fromstring(client.get(address).content)
    return set(page.xpath("//details[@data-codes][summary[@data-key='m']]//li/*/@data-code"))


def test_the_strip_and_the_composer_offer_the_templates_that_fit_by_code(place: cast.Cast, client: Client) -> None:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["neutral"], by=place.ola)
    client.force_login(place.ola.user)
    strip = f"{reverse('inbox:queue')}?valgt={comment.pk}&sortert={comment.pk}"
    page = reverse("inbox:comment", args=[comment.pk])
    assert codes_in(client, strip) == codes_in(client, page)
    assert "åp" in codes_in(client, strip)
    assert "ta" not in codes_in(client, strip), "a thanks fits praise only"
