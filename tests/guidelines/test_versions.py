"""Guideline versions in the database: loaded from packs, one in force, written in the log."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit import log
from audit.errors import WrongMunicipalityError
from audit.moves import IllegalMoveError
from guidelines import actions
from guidelines.actions import UnsoundRulesError, load_pack, put_in_force
from guidelines.duties import Facts, Sorting, ends_without_answer
from guidelines.models import DutyRow, GuidelineVersion
from guidelines.own_words import said_by
from guidelines.pack import PACKS, PackError, parse_pack, read_pack
from guidelines.queries import NoGuidelineInForceError, duties_in_force, duties_of, version_in_force
from team.models import Membership, Municipality, Role, User
from tests.pack_copies import put_pack_in_force

pytestmark = pytest.mark.django_db

Status = GuidelineVersion.Status


@pytest.fixture
def meraker():
    return Municipality.objects.create(name="Meråker kommune", slug="meraker", number="5034")


@pytest.fixture
def tydal():
    return Municipality.objects.create(name="Tydal kommune", slug="tydal", number="5033")


@pytest.fixture
def liv(meraker):
    user = User.objects.create_user("liv@kommune.example", name="Liv Leder")
    return Membership.objects.create(user=user, municipality=meraker, role=Role.LEAD)


@pytest.fixture
def changed_pack(monkeypatch):
    """Meråker's pack as it would be after somebody changed one title."""
    text = (PACKS / "meraker.toml").read_text(encoding="utf-8").replace('"Si takk"', '"Si alltid takk"')
    pack = parse_pack("meraker", text)

    def change():
        monkeypatch.setattr(actions, "read_pack", lambda _name: pack)
        return pack

    return change


def own_draft(guideline, *, duties=()):
    """A draft that the municipality has written itself."""
    version = GuidelineVersion.objects.create(
        guideline=guideline,
        municipality=guideline.municipality,
        number=guideline.versions.count() + 1,
        title="Vår egen",
        content_hash="egen",
    )
    DutyRow.objects.bulk_create([DutyRow.of(version, place, duty) for place, duty in enumerate(duties, 1)])
    return version


def acts(version):
    return [event.action for event in log.history(version)]


@pytest.mark.parametrize("name", ["meraker", "tydal"])
def test_the_duties_in_force_are_the_duties_of_the_pack(name, request):
    municipality = request.getfixturevalue(name)
    version = load_pack(municipality, name)
    assert (version.status, version.number) == (Status.IN_FORCE, 1)
    assert duties_in_force(municipality) == read_pack(name).duties
    assert version.parts == list(read_pack(name).sections)


@pytest.mark.parametrize("name", ["meraker", "tydal"])
def test_the_copy_that_other_tests_stand_on_is_what_the_loading_makes(name, request):
    made = load_pack(request.getfixturevalue(name), name)
    for number in ("9001", "9002"):  # the second is a copy at the latest
        municipality = Municipality.objects.create(name=number, slug=number, number=number)
        put_pack_in_force(municipality, name)
    made, copy = version_in_force(made.municipality), version_in_force(municipality)
    assert (contents(copy), contents(*copy.rows.all())) == (contents(made), contents(*made.rows.all()))
    assert [(event.action, event.actor_id, *sorted(event.data)) for event in log.history(copy)] == [
        (event.action, event.actor_id, *sorted(event.data)) for event in log.history(made)
    ]


def contents(*rows):
    """What the rows hold apart from who and when they are."""
    own = {"id", "guideline", "municipality", "version", "in_force_from", "created_at"}
    return [
        {field.name: field.value_from_object(row) for field in row._meta.fields if field.name not in own}
        for row in rows
    ]


def test_loading_again_changes_nothing(meraker):
    first = load_pack(meraker, "meraker")
    assert load_pack(meraker, "meraker") == first
    assert GuidelineVersion.objects.count() == 1
    assert acts(first) == ["guideline.load", "guideline.put_in_force"]


def test_a_changed_pack_becomes_the_next_version(meraker, liv, changed_pack):
    first = load_pack(meraker, "meraker")
    pack = changed_pack()
    second = load_pack(meraker, "meraker", by=liv)
    first.refresh_from_db()
    assert (first.status, second.status, second.number) == (Status.REPLACED, Status.IN_FORCE, 2)
    assert first.replaced_at == second.in_force_from
    assert version_in_force(meraker) == second
    assert duties_in_force(meraker) == pack.duties
    assert duties_of(first)[0].title == "Si takk"
    assert duties_of(second)[0].title == "Si alltid takk"


def test_the_log_says_who_put_which_version_in_force(meraker, liv, changed_pack):
    first = load_pack(meraker, "meraker")
    changed_pack()
    second = load_pack(meraker, "meraker", by=liv)
    put, replaced = log.history(second).last(), log.history(first).last()
    assert (put.action, put.actor_id, put.guideline_version_id) == ("guideline.put_in_force", liv.user_id, second.pk)
    assert (replaced.action, replaced.data["to"]) == ("guideline.replace", "replaced")
    assert replaced.municipality_id == meraker.pk
    assert log.history(first).first().actor_id is None, "loaded by the installation"


def test_a_municipality_with_its_own_version_keeps_it_when_the_pack_changes(meraker, liv, changed_pack):
    load_pack(meraker, "meraker")
    own = own_draft(meraker.guideline, duties=read_pack("meraker").duties)
    put_in_force(own, by=liv)
    changed_pack()
    waiting = load_pack(meraker, "meraker")
    assert waiting.status == Status.DRAFT
    assert version_in_force(meraker) == own


def test_rows_that_cannot_be_meant_do_not_come_into_force(meraker, liv):
    load_pack(meraker, "meraker")
    draft = own_draft(meraker.guideline, duties=read_pack("meraker").duties[1:])
    with pytest.raises(UnsoundRulesError, match="sorteringen ros") as refused:
        put_in_force(draft, by=liv)
    assert refused.value.problems == ["Ingen plikt gjelder for sorteringen ros."]
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert version_in_force(meraker).number == 1


def test_a_replaced_version_does_not_come_back(meraker, liv, changed_pack):
    first = load_pack(meraker, "meraker")
    changed_pack()
    load_pack(meraker, "meraker")
    first.refresh_from_db()
    with pytest.raises(IllegalMoveError), transaction.atomic():
        put_in_force(first, by=liv)
    assert version_in_force(meraker).number == 2


def test_a_lead_of_one_municipality_cannot_change_anothers_guideline(tydal, liv):
    version = own_draft_of(tydal)
    with pytest.raises(WrongMunicipalityError), transaction.atomic():
        put_in_force(version, by=liv)
    version.refresh_from_db()
    assert version.status == Status.DRAFT


def own_draft_of(municipality):
    load_pack(municipality, municipality.slug)
    return own_draft(municipality.guideline, duties=read_pack(municipality.slug).duties)


def test_the_database_itself_allows_one_version_in_force(meraker):
    version = load_pack(meraker, "meraker")
    with pytest.raises(IntegrityError, match="one_guideline_version_in_force"), transaction.atomic():
        GuidelineVersion.objects.create(
            guideline=version.guideline,
            municipality=meraker,
            number=2,
            title="To",
            status=Status.IN_FORCE,
            in_force_from=timezone.now(),
        )


def test_without_a_guideline_nothing_pretends_that_nothing_is_asked(meraker):
    with pytest.raises(NoGuidelineInForceError, match="load_packs"):
        duties_in_force(meraker)


def test_each_municipality_has_its_own_duties(meraker, tydal):
    load_pack(meraker, "meraker")
    load_pack(tydal, "tydal")
    assert "B1" in {duty.clause for duty in duties_in_force(meraker)}
    assert "B1" not in {duty.clause for duty in duties_in_force(tydal)}
    assert not ends_without_answer(duties_in_force(tydal), Facts(frozenset({Sorting.NEGATIVE})))


def test_the_duties_cost_one_query_once_they_are_known(meraker, django_assert_num_queries):
    load_pack(meraker, "meraker")
    duties_in_force(meraker)
    with django_assert_num_queries(1):
        assert len(duties_in_force(meraker)) == 19


def test_a_drafts_duties_are_read_anew(meraker):
    draft = own_draft_of(meraker)
    assert len(duties_of(draft)) == 19
    draft.rows.filter(code="C2a-thank").delete()
    assert len(duties_of(draft)) == 18


def test_the_command_loads_each_municipalitys_own_pack(meraker, tydal):
    Municipality.objects.create(name="Selbu kommune", slug="selbu", number="5032")
    for _time in range(2):
        out = StringIO()
        call_command("load_packs", stdout=out)
    assert "Meråker kommune: version 1" in out.getvalue()
    assert "Selbu" not in out.getvalue()
    assert GuidelineVersion.objects.filter(status=Status.IN_FORCE).count() == 2


def test_the_command_gives_a_municipality_the_pack_it_is_told(tydal):
    selbu = Municipality.objects.create(name="Selbu kommune", slug="selbu", number="5032")
    call_command("load_packs", municipality="selbu", pack="tydal", stdout=StringIO())
    assert version_in_force(selbu).pack_name == "tydal"
    with pytest.raises(NoGuidelineInForceError):
        version_in_force(tydal)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"pack": "tydal"}, "Say which municipality"),
        ({"municipality": "selbu"}, "There is no municipality with the slug selbu"),
        ({"municipality": "tydal", "pack": "oslo"}, "There is no pack 'oslo'"),
    ],
)
def test_the_command_says_what_is_wrong(tydal, options, complaint):
    with pytest.raises(CommandError, match=complaint):
        call_command("load_packs", stdout=StringIO(), **options)


def test_a_pack_that_is_not_there_is_refused(meraker):
    with pytest.raises(PackError):
        load_pack(meraker, "selbu")
    assert not GuidelineVersion.objects.exists()


@pytest.fixture
def reading(client, liv):
    client.force_login(liv.user)
    return lambda: client.get(reverse("guidelines:reader"))


def test_the_reader_shows_the_adoption_and_the_duties_by_point(meraker, reading):
    load_pack(meraker, "meraker")
    page = reading().content.decode()
    shown = " ".join(page.split())
    assert "Vedtatt av kommunestyret 24.04.2017, sak 41/17." in shown
    assert "sektorsjef SSOK/web-ansvarlig" in shown
    assert "Den vedtatte teksten er ikke lagt inn ennå" in shown
    for duty in duties_in_force(meraker):
        assert said_by(meraker, duty.title) in shown


def test_the_reader_of_tydal_says_that_the_adoption_is_not_recorded(tydal, liv, client):
    other = Membership.objects.create(user=liv.user, municipality=tydal, role=Role.READER)
    liv.delete()
    load_pack(tydal, "tydal")
    client.force_login(other.user)
    page = " ".join(client.get(reverse("guidelines:reader")).content.decode().split())
    assert "Vedtak ikke registrert." in page
    assert "videresend i stedet" not in page


def test_the_reader_shows_nothing_of_the_neighbours_guideline(meraker, tydal, reading):
    load_pack(tydal, "tydal")
    page = reading().content.decode()
    assert "Kommunen har ingen retningslinjer som gjelder" in page
    assert "Tydal" not in page


def test_the_reader_is_for_members(client, meraker):
    load_pack(meraker, "meraker")
    assert client.get(reverse("guidelines:reader")).status_code == 302
    stranger = User.objects.create_user("fremmed@kommune.example", name="Fremmed")
    client.force_login(stranger)
    assert client.get(reverse("guidelines:reader")).status_code == 403


def test_the_reader_only_reads(reading, client):
    assert client.post(reverse("guidelines:reader")).status_code == 405


def test_more_duties_cost_no_more_queries(meraker, liv, reading):
    load_pack(meraker, "meraker")
    reading()
    with CaptureQueriesContext(connection) as few:
        reading()
    duties = read_pack("meraker").duties
    extra = [replace(duties[-1], code=f"B4-{number}") for number in range(10)]
    put_in_force(own_draft(meraker.guideline, duties=[*duties, *extra]), by=liv)
    reading()
    with CaptureQueriesContext(connection) as many:
        reading()
    assert len(duties_in_force(meraker)) == 29
    assert len(many) == len(few)
