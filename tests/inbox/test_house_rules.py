"""The lead's page of published rules: kept, proposed, and taken out of use; what the lists cost."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit import log
from inbox.actions import house_rules, interventions
from inbox.evidence import keep_evidence
from inbox.models import Comment, HouseRule, Intervention
from inbox.workflow import InterventionStatus
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def kari(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.kari.user)
    return client


FORM = {"title": "Hets", "code": "hets", "text": "Vi skjuler hets.", "link": "https://www.meraker.example/regler"}


def test_the_lead_enters_changes_and_takes_a_rule_out_of_use(place: cast.Cast, kari: Client) -> None:
    assert "Ingen regler ennå" in kari.get(reverse("inbox:house_rules")).content.decode()
    assert kari.post(reverse("inbox:house_rule_new"), FORM).status_code == 422, "what it allows must be said"
    assert kari.post(reverse("inbox:house_rule_new"), {**FORM, "allows": ["hide"]}).status_code == 302
    twice = kari.post(reverse("inbox:house_rule_new"), {**FORM, "allows": ["hide"]})
    assert "allerede en regel med denne koden" in twice.content.decode()
    rule = HouseRule.objects.get()
    kari.post(reverse("inbox:house_rule", args=[rule.pk]), {**FORM, "title": "Hat", "allows": ["hide", "ban"]})
    rule.refresh_from_db()
    assert (rule.title, rule.allows) == ("Hat", ["hide", "ban"])
    kari.post(reverse("inbox:house_rule_active", args=[rule.pk]), {"active": "no"})
    assert interventions.rules_for(place.municipality.pk, "hide") == []


def test_our_proposals_are_marked_until_the_lead_has_saved_them(place: cast.Cast, kari: Client) -> None:
    assert house_rules.load_defaults(place.municipality) == 5
    assert house_rules.load_defaults(place.municipality) == 0
    assert "vårt forslag" in kari.get(reverse("inbox:house_rules")).content.decode()
    for rule in HouseRule.objects.all():
        house_rules.keep(code=rule.code, title=rule.title, text=rule.text, allows=rule.allows, rule=rule, by=place.kari)
    assert "vårt forslag" not in kari.get(reverse("inbox:house_rules")).content.decode()
    HouseRule.objects.filter(code="barn").delete()
    assert house_rules.load_defaults(place.municipality) == 0, "a municipality with rules of its own is left alone"


def hidden(place: cast.Cast, comment: Comment, rule: HouseRule) -> None:
    Intervention.objects.create(
        municipality=place.municipality,
        channel=comment.channel,
        comment=comment,
        kind="hide",
        status=InterventionStatus.CARRIED_OUT,
        rule=rule,
        rule_title=rule.title,
        evidence=keep_evidence(comment),
        planned_by=place.ola,
        look_again_on=timezone.localdate(),
    )


def test_the_list_of_hidden_comments_costs_the_same_for_many(place: cast.Cast, kari: Client) -> None:
    rule = house_rules.keep(code="hets", title="Hets", text="Nei", allows=["hide"], by=place.kari)
    counts = []
    for many in (1, 12):
        for _ in range(many):
            hidden(place, make_comment(place.post), rule)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = kari.get(reverse("inbox:look_again")).content.decode()
        counts.append(len(queries))
        assert "Skulle vært sett på" in page
    assert counts[0] == counts[1]


def test_each_look_at_the_evidence_is_logged(place: cast.Cast, kari: Client) -> None:
    rule = house_rules.keep(code="hets", title="Hets", text="Nei", allows=["hide"], by=place.kari)
    comment = make_comment(place.post, text="Du er en idiot")
    hidden(place, comment, rule)
    act = Intervention.objects.get()
    answer = kari.get(reverse("inbox:intervention_evidence", args=[act.pk]))
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert [event.action for event in log.history(act)] == ["intervention.see_evidence"]
