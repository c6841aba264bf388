"""Who may open what: every address of the house with every role, in one's own municipality and in another's.

Built from the list of addresses: a new address without a row in `tests/access_table.py` fails the test.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from archive.models import CaseRecord, CodeValue, ExportBatch, SentMessage
from audit.models import AuditEvent
from guidelines import texts
from guidelines.models import DutyRow
from guidelines.queries import version_in_force
from guidelines.rule_actions import begin_draft
from inbox import deliveries, intake
from inbox.actions import (
    comments,
    facts,
    forwardings,
    house_rules,
    interventions,
    matters,
    notes,
    saved_views,
    sign_ins,
    templates,
)
from inbox.models import Comment, DeliveryPart, UnreadItem
from inbox.queue_choice import Choice
from notices.models import Notice
from tests import cast
from tests.access_table import ALL, KINDS, OF_NOT_IN, OF_UNIT, OPEN, ROLES, WITH_WORDS, WITHOUT_LOGIN
from tests.factories import make_comment, make_member
from tests.pictures import attached, with_picture

pytestmark = pytest.mark.django_db


def _names(resolver: URLResolver, prefix: str = "") -> Iterator[str | None]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}" if pattern.name else None


def test_every_address_has_a_row_here() -> None:
    names = {
        name for name in _names(get_resolver()) if name not in WITHOUT_LOGIN and not str(name).startswith("account_")
    }
    assert names == set(ALL)


def comment_to_like(place: cast.Cast) -> Comment:
    return make_comment(place.post, text="Bra")


@pytest.fixture
def things(settings: LazySettings) -> dict[str, int]:
    """A sorted comment with its record and an export in Meråker."""
    settings.META_APP_ID = settings.META_APP_SECRET = "1001"
    place = cast.meraker()
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    draft = begin_draft(version_in_force(place.municipality), by=place.kari)
    batch = ExportBatch.objects.create(municipality=place.municipality, created_by=place.arne)
    until = timezone.localdate() + timedelta(days=30)
    forwarding = forwardings.plan(comment, to=place.unit, by=place.ola)
    assert forwarding is not None
    forwardings.send(forwarding, by=place.ola)
    page = intake.keep_raw(place.channel, b"{}")
    rule = house_rules.keep(code="spam", title="Spam", text="Nei", allows=["hide"], link="", by=place.kari)
    return {
        "not_in": UnreadItem.objects.create(channel=place.channel, raw_page=page, body=b"{}", sha256="0" * 64).pk,
        "house_rule": rule.pk,
        "intervention": interventions.like(comment_to_like(place), by=place.ola).pk,
        "template": templates.create(name="Mal", texts={"nb": "Hei"}, review_on=until, by=place.ola).pk,
        "fact": facts.keep(claim="a", correction="b", source="Budsjett", valid_until=until, by=place.ola).pk,
        "matter": matters.keep(number="1/26", title="Sak", recommendation="Vedtas", by=place.kari).pk,
        "task": facts.we_were_wrong(comment, by=place.ola).pk,
        "forwarding": forwarding.pk,
        "unit": place.unit.pk,
        "channel": place.channel.pk,
        "sign_in": sign_ins.begin("facebook", by=place.kari, name="Meråker på Facebook").pk,
        "notice": Notice.objects.get().pk,
        "delivery": DeliveryPart.objects.create(delivery=deliveries.keep(b"{}"), channel=place.channel).pk,
        "comment": comment.pk,
        "note": notes.write(comment, text="Ring dem.", by=place.ola).pk,
        "saved_view": saved_views.save(
            name="Politikk", tab="nye", choice=Choice(flag="political"), is_shared=True, by=place.kari
        ).pk,
        "reply": with_picture(make_comment(place.post), by=place.ola).pk,
        "attachment": attached(make_comment(place.post)).pk,
        "record": CaseRecord.objects.get().pk,
        "batch": batch.pk,
        "message": SentMessage.objects.create(
            municipality=place.municipality,
            record=CaseRecord.objects.get(),
            batch=batch,
            key="jp",
            sent_at=timezone.now(),
        ).pk,
        "code": CodeValue.objects.create(municipality=place.municipality, list="klasse", code="Q12").pk,
        "version": draft.pk,
        "duty": DutyRow.objects.filter(version=draft).latest("position").pk,
        "in_force": version_in_force(place.municipality).pk,
        "draft": texts.start_version(texts.Adoption("Ny"), texts.pasted("1. Svar."), by=place.kari).pk,
        "doomed": begin_draft(version_in_force(place.municipality), by=place.kari).pk,
        "municipality": place.municipality.pk,
    }


def _address(name: str, things: dict[str, int]) -> str:
    if name in OF_NOT_IN:
        return reverse(name, args=["del", things["not_in"]])
    if name in OF_UNIT:
        return reverse(name, args=["enhet", things["unit"]])
    for kind, names in KINDS.items():
        if name in names:
            return reverse(name, args=[things[kind]])
    if name in WITH_WORDS:
        return reverse(name, args=WITH_WORDS[name])
    if name == "inbox:news":
        return reverse(name, args=["nye"]) + "?siden=2026-01-01T00:00:00%2B00:00"
    return reverse(name)


def _signed_in(role: str, municipality_id: int) -> Client:
    municipality = cast.Municipality.objects.get(pk=municipality_id)
    client = Client()
    client.force_login(make_member(municipality, f"{role.title()} Prøve", role).user)
    return client


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_it_may_and_nothing_else(role: str, things: dict[str, int]) -> None:
    client = _signed_in(role, things["municipality"])
    wrong = []
    for name, (may_get, may_post) in sorted(ALL.items()):
        for method, may in (("get", may_get), ("post", may_post)):
            status = _status(client, method, _address(name, things))
            if status != _expected(name, method, may, role, status):
                wrong.append(f"{method} {name}: {status}")
    assert wrong == []


def _expected(name: str, method: str, may: set[str] | None, role: str, status: int) -> int:
    if may is None:
        return 405
    if role not in may:
        return 403
    # What is allowed may still say that there is nothing to do (404, 409, 422) or that there is no news (204).
    assert status < 500, f"{method} {name} gave {status}"
    return status if status not in {403, 405} else 200


@pytest.mark.parametrize("role", ROLES)
def test_a_neighbour_gets_404_for_everything_of_ours_and_nothing_happens(role: str, things: dict[str, int]) -> None:
    client = _signed_in(role, cast.tydal().municipality.pk)
    before = AuditEvent.objects.count()
    wrong = []
    for name, (may_get, may_post) in sorted((name, ALL[name]) for name in ALL if name not in OPEN):
        for method, may in (("get", may_get), ("post", may_post)):
            status = _status(client, method, _address(name, things))
            expected = 405 if may is None else 404 if role in may else 403
            if status != expected:
                wrong.append(f"{method} {name}: {status}, not {expected}")
    assert wrong == []
    assert AuditEvent.objects.count() == before


def _status(client: Client, method: str, address: str) -> int:
    """Ask, and let go of what is answered: a file would stay open."""
    response = getattr(client, method)(address)
    if response.streaming:
        list(response.streaming_content)
    return int(response.status_code)


def test_what_is_missing_answers_as_what_is_not_ours(things: dict[str, int]) -> None:
    client = _signed_in("lead", things["municipality"])
    assert client.get(reverse("inbox:comment", args=[10**12])).status_code == 404


def test_nobody_opens_anything_before_signing_in(things: dict[str, int]) -> None:
    client = Client()
    for name in ALL:
        response = client.get(_address(name, things))
        assert response.status_code in {302, 405}, name
        if response.status_code == 302:
            assert response.headers["Location"].startswith(reverse("account_login"))


def test_a_person_whose_time_as_member_is_over_gets_403(things: dict[str, int]) -> None:
    municipality = cast.Municipality.objects.get(pk=things["municipality"])
    member = make_member(municipality, "Gunn Ferdig", "lead", ends_on="2020-01-01")
    client = Client()
    client.force_login(member.user)
    assert client.get(reverse("inbox:queue")).status_code == 403
