"""Titles and explanations of duties say what the municipality itself calls its leader, its executive, its accounts."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from guidelines.own_words import said_by
from guidelines.queries import duties_in_force, version_in_force
from guidelines.rule_actions import begin_draft, remove_duty
from guidelines.soundness import check_rules
from guidelines.wording import with_titles
from inbox.actions import comments, replies
from inbox.actions.errors import ObligationsUnmetError
from inbox.draft_checks import checks_of
from inbox.models import Comment
from team.actions import change_municipality
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def page(place: cast.Cast, name: str, *args: int) -> str:
    client = Client()
    client.force_login(place.kari.user)
    return client.get(reverse(name, args=args)).content.decode()


def name_executive(place: cast.Cast, title: str) -> None:
    change_municipality(place.municipality, {"executive_title": title}, by=place.kari)
    place.municipality.refresh_from_db()


@pytest.mark.parametrize("title", ["rådmann", "kommunedirektør", "administrasjonssjef"])
def test_the_duty_about_the_recommendation_names_the_municipality_s_own_executive(place: cast.Cast, title: str) -> None:
    name_executive(place, title)
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    comments.flag(comment, flags=["political"], by=place.ola)
    shown = page(place, "inbox:comment", comment.pk)
    assert f"Vis bare til {title}ens innstilling" in shown
    assert f"Vis til {title}ens innstilling, ikke til hvordan det går" in shown
    assert "{executive_title}" not in shown


def test_the_reader_the_duties_and_the_comparison_leave_no_field_unfilled(place: cast.Cast) -> None:
    cast.tydal()
    change_municipality(place.municipality, {"accounts_word": "kanaler", "leader_title": "web-sjef"}, by=place.kari)
    version = version_in_force(place.municipality)
    pages = [page(place, name) for name in ("guidelines:reader", "guidelines:compare", "inbox:matters")]
    pages.append(page(place, "guidelines:rules", version.pk))
    assert "Kommunens egne kanaler" in pages[0]
    assert "med web-sjef som ansvarlig" in pages[0]
    assert not [text for text in pages if "_title}" in text or "_word}" in text]


def test_what_is_refused_and_what_is_warned_of_say_it_too(place: cast.Cast) -> None:
    name_executive(place, "kommunedirektør")
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    reply = replies.draft(comment, text="Vi ser på det.", by=place.ola)
    with pytest.raises(ObligationsUnmetError) as refused:
        replies.submit(reply, by=place.ola)
    assert "{" not in str(refused.value)
    comments.flag(Comment.objects.get(), flags=["political"], by=place.ola)
    reply = replies.draft(Comment.objects.get(), text="Dette blir vedtatt av kommunestyret.", by=place.ola)
    words = [line.words for line in checks_of(reply).lines if line.check == "recommendation"]
    assert words, "the draft foretells how the matter goes"
    assert all("Vis bare til kommunedirektørens innstilling" in one for one in words)


def test_a_title_that_begins_with_a_field_begins_with_a_capital() -> None:
    assert with_titles("{leader_title} svarer", {"leader_title": "rektor"}) == "Rektor svarer"
    assert with_titles("Spør {ukjent} og {leader_title}", {"leader_title": "rektor"}) == "Spør {ukjent} og rektor"


def test_an_unknown_field_in_a_title_stops_the_draft(place: cast.Cast) -> None:
    draft = begin_draft(version_in_force(place.municipality), by=place.kari)
    draft.rows.filter(code="C2a-thank").update(title="Si takk til {borgermester}")
    problems = check_rules([row.as_duty() for row in draft.rows.all()])
    assert problems == ["C2a-thank: Tittelen bruker et felt som ikke finnes: borgermester."]


def test_what_is_wrong_with_the_rules_is_said_in_the_lead_s_language(
    place: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = begin_draft(version_in_force(place.municipality), by=place.kari)
    remove_duty(draft.rows.get(code="C2a-thank"), by=place.kari)
    duties = [row.as_duty() for row in draft.rows.all()]
    message = "Ingen plikt gjelder for sorteringen %(sorting)s."
    catalogue = trans_real.translation("nn")
    monkeypatch.setitem(catalogue._catalog._catalogs[0], message, "Inga plikt gjeld for sorteringa %(sorting)s.")
    with translation.override("nn"):
        assert check_rules(duties) == ["Inga plikt gjeld for sorteringa ros."]
    assert check_rules(duties) == ["Ingen plikt gjelder for sorteringen ros."]


def test_every_duty_of_both_councils_can_be_said(place: cast.Cast) -> None:
    for one in (place, cast.tydal()):
        titles = [said_by(one.municipality, duty.title) for duty in duties_in_force(one.municipality)]
        assert not [title for title in titles if "{" in title or not title]
