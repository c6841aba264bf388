"""A lead changes the duties of a draft: saved in the draft, in the log, and in force only when the lead says so."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from audit import log
from guidelines import rule_actions
from guidelines.models import DutyRow, GuidelineVersion
from guidelines.queries import duties_in_force, version_in_force
from guidelines.rule_actions import RuleRefusedError
from guidelines.rule_forms import DutyForm, WhenFormSet, whens_of
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def kari(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.kari.user)
    return client


@pytest.fixture
def draft(place: cast.Cast) -> GuidelineVersion:
    return rule_actions.begin_draft(version_in_force(place.municipality), by=place.kari)


def row_of(draft: GuidelineVersion, code: str) -> DutyRow:
    return draft.rows.get(code=code)


def form_data(row: DutyRow, **changes: object) -> dict[str, object]:
    """Everything the page of the duty would send, as it stands, with some of it changed."""
    form = DutyForm(version=row.version, duty=row.as_duty())
    whens = WhenFormSet(prefix="naar", initial=whens_of(row.as_duty()))
    data = {name: form[name].value() for name in form.fields}
    for one in whens:
        data |= {one.add_prefix(name): one[name].value() for name in one.fields}
    data |= {whens.management_form.add_prefix(name): whens.management_form[name].value() for name in ("TOTAL_FORMS",)}
    data |= {"naar-INITIAL_FORMS": whens.initial_form_count()}
    data |= changes
    return {name: value for name, value in data.items() if value is not None and value is not False}


def actions_on(draft: GuidelineVersion) -> list[str]:
    return [event.action for event in log.history(draft)]


def test_a_draft_begins_as_the_version_in_force(place: cast.Cast, draft: GuidelineVersion) -> None:
    assert tuple(row.as_duty() for row in draft.rows.all()) == duties_in_force(place.municipality)
    assert draft.sections == version_in_force(place.municipality).sections
    assert (draft.status, draft.pack_name) == ("draft", "")


@pytest.mark.parametrize("municipality", [cast.meraker, cast.tydal])
def test_saving_a_duty_unchanged_changes_nothing_and_is_not_logged(municipality: Callable[[], cast.Cast]) -> None:
    place = municipality()
    draft = rule_actions.begin_draft(version_in_force(place.municipality), by=place.kari)
    client = Client()
    client.force_login(place.kari.user)
    for row in draft.rows.all():
        before = row.as_duty()
        assert client.post(reverse("guidelines:duty", args=[row.pk]), form_data(row)).status_code == 302, row.code
        row.refresh_from_db()
        assert row.as_duty() == before
    assert "duty.change" not in actions_on(draft)


def test_a_change_is_logged_by_code_and_fields_and_holds_for_nobody_yet(
    place: cast.Cast, draft: GuidelineVersion, kari: Client
) -> None:
    row = row_of(draft, "C2a-thank")
    kari.post(reverse("guidelines:duty", args=[row.pk]), form_data(row, title="Si tusen takk", point="punkt 2 a"))
    row.refresh_from_db()
    assert row.title == "Si tusen takk"
    event = log.history(draft).last()
    assert event is not None
    assert (event.action, event.data) == ("duty.change", {"code": "C2a-thank", "fields": ["point", "title"]})
    assert "Si tusen takk" not in {duty.title for duty in duties_in_force(place.municipality)}
    confirm = kari.get(reverse("guidelines:put_in_force", args=[draft.pk])).content.decode()
    assert "Dette endres i pliktene" in confirm
    assert "Si tusen takk" in confirm
    kari.post(reverse("guidelines:put_in_force", args=[draft.pk]))
    assert "Si tusen takk" in {duty.title for duty in duties_in_force(place.municipality)}


def test_a_duty_is_added_with_its_conditions(draft: GuidelineVersion, kari: Client) -> None:
    data = {
        "code": "C6-second",
        "title": "En annen godkjenner",
        "clause": "C6",
        "point": "punkt 6",
        "kind": "second_reviewer",
        "stage": "before_publishing",
        "naar-TOTAL_FORMS": "1",
        "naar-INITIAL_FORMS": "0",
        "naar-0-flags": ["political"],
    }
    kari.post(reverse("guidelines:new_duty", args=[draft.pk]), data)
    duty = row_of(draft, "C6-second").as_duty()
    assert [set(when.flags) for when in duty.when] == [{"political"}]


def test_a_duty_without_conditions_is_refused_with_words(draft: GuidelineVersion, kari: Client) -> None:
    row = row_of(draft, "C2a-thank")
    response = kari.post(reverse("guidelines:duty", args=[row.pk]), form_data(row, **{"naar-0-sortings": []}))
    assert response.status_code == 422
    assert "Si når plikten gjelder" in response.content.decode()


def test_a_draft_with_a_problem_says_so_and_does_not_come_into_force(
    place: cast.Cast, draft: GuidelineVersion, kari: Client
) -> None:
    rule_actions.remove_duty(row_of(draft, "C2a-thank"), by=place.kari)
    page = kari.get(reverse("guidelines:rules", args=[draft.pk])).content.decode()
    assert "Ingen plikt gjelder for sorteringen ros" in page
    kari.post(reverse("guidelines:put_in_force", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_warning_does_not_stop_it(place: cast.Cast, draft: GuidelineVersion, kari: Client) -> None:
    row = row_of(draft, "C5-notice")
    kari.post(reverse("guidelines:duty", args=[row.pk]), form_data(row, recognised_by_nb="arkiv\ndokumentasjonsplikt"))
    assert "kort og kan stå" in kari.get(reverse("guidelines:rules", args=[draft.pk])).content.decode()
    kari.post(reverse("guidelines:put_in_force", args=[draft.pk]))
    assert version_in_force(place.municipality) == draft


def test_restoring_undoes_changes_and_brings_back_what_was_removed(place: cast.Cast, draft: GuidelineVersion) -> None:
    original = row_of(draft, "C2c-answer").as_duty()
    row = row_of(draft, "C2c-answer")
    row.title = "Svar når du vil"
    rule_actions.save_duty(draft, row.as_duty(), by=place.kari, row=row_of(draft, "C2c-answer"))
    assert rule_actions.restore_duty(draft, "C2c-answer", by=place.kari).as_duty() == original
    rule_actions.remove_duty(row_of(draft, "C2c-answer"), by=place.kari)
    assert rule_actions.restore_duty(draft, "C2c-answer", by=place.kari).as_duty() == original
    assert actions_on(draft)[-4:] == ["duty.change", "duty.restore", "duty.remove", "duty.restore"]


def test_duties_change_places(place: cast.Cast, draft: GuidelineVersion) -> None:
    first, second = draft.rows.order_by("position")[:2]
    rule_actions.move_duty(second, way="opp", by=place.kari)
    assert list(draft.rows.order_by("position"))[:2] == [second, first]
    rule_actions.move_duty(second, way="opp", by=place.kari)
    assert draft.rows.order_by("position").first() == second


def test_what_is_in_force_and_who_is_no_lead_are_refused(place: cast.Cast, draft: GuidelineVersion) -> None:
    with pytest.raises(RuleRefusedError, match="Bare en leder"):
        rule_actions.remove_duty(row_of(draft, "C2a-thank"), by=place.ola)
    in_force = version_in_force(place.municipality)
    with pytest.raises(RuleRefusedError, match="ikke lenger et utkast"):
        rule_actions.remove_duty(row_of(in_force, "C2a-thank"), by=place.kari)


def test_every_tab_and_the_preview_show(place: cast.Cast, draft: GuidelineVersion, kari: Client) -> None:
    for tab in ("", "praise", "case_handling", "dokumentasjon", "andre", "tull"):
        assert kari.get(reverse("guidelines:rules", args=[draft.pk]), {"ved": tab}).status_code == 200
    page = kari.get(reverse("guidelines:duty", args=[row_of(draft, "C4-notice").pk])).content.decode()
    assert f"henvendelse her: {place.municipality.enquiry_url}" in page
