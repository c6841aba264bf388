"""«Prøv»: what a draft would change for the comments we have, before it is saved or in force."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEvent
from guidelines import rule_actions
from guidelines.duties import Facts, Sorting, When
from guidelines.queries import duties_in_force, duties_of, version_in_force
from inbox.actions import comments
from inbox.try_rules import compare, try_rules
from tests import cast
from tests.factories import make_comment
from tests.guidelines.test_rule_pages import form_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    place = cast.meraker()
    for sorting in ("praise", "negative", "negative", "case_handling"):
        comments.sort(make_comment(place.post), sortings=[sorting], by=place.ola)
    make_comment(place.post)
    return place


def test_added_removed_and_changed_duties_are_told_apart(place: cast.Cast) -> None:
    before = duties_in_force(place.municipality)
    thank = next(duty for duty in before if duty.code == "C2a-thank")
    also_negative = replace(thank, when=(*thank.when, When(frozenset({Sorting.NEGATIVE}))))
    after = [also_negative if duty == thank else duty for duty in before if duty.code != "C2c-answer"]
    difference = compare(before, after, Facts(frozenset({Sorting.NEGATIVE})))
    assert [duty.code for duty in difference.added] == ["C2a-thank"]
    assert [duty.code for duty in difference.removed] == ["C2c-answer"]
    assert [duty.code for duty in compare(before, after, Facts(frozenset({Sorting.PRAISE}))).changed] == ["C2a-thank"]


def test_only_sorted_comments_are_looked_at_by_one_query(place: cast.Cast) -> None:
    before = duties_in_force(place.municipality)
    after = [duty for duty in before if duty.code != "C2c-answer"]
    with CaptureQueriesContext(connection) as queries:
        trial = try_rules(place.municipality, before, after)
        assert [one.comment.post.title for one in trial.tried if one.comment.post]
    assert len(queries) == 1
    assert (trial.looked_at, len(trial.tried), trial.removed, trial.added) == (4, 2, 2, 0)


def test_a_draft_and_an_unsaved_duty_are_tried_and_nothing_is_written(place: cast.Cast) -> None:
    draft = rule_actions.begin_draft(version_in_force(place.municipality), by=place.kari)
    client = Client()
    client.force_login(place.kari.user)
    row = draft.rows.get(code="C5-notice")
    before = AuditEvent.objects.count()
    assert "Ingenting endres" in client.get(reverse("inbox:try_version", args=[draft.pk])).content.decode()
    sent = form_data(row, **{"naar-0-sortings": ["negative"]})
    page = client.post(reverse("inbox:try_duty", args=[row.pk]), sent)
    assert (page.context["trial"].added, page.context["trial"].removed) == (2, 0)
    assert page.context["trial"].changed == 1
    assert AuditEvent.objects.count() == before
    assert duties_of(draft) == duties_in_force(place.municipality)


def test_what_cannot_be_a_duty_is_shown_in_its_form(place: cast.Cast) -> None:
    draft = rule_actions.begin_draft(version_in_force(place.municipality), by=place.kari)
    client = Client()
    client.force_login(place.kari.user)
    row = draft.rows.get(code="C2a-thank")
    page = client.post(reverse("inbox:try_duty", args=[row.pk]), form_data(row, **{"naar-0-sortings": []}))
    assert page.status_code == 422
    assert "Si når plikten gjelder" in page.content.decode()
