"""`manage.py read_again`: comments from before today's detectors get their proposals, and nothing else changes."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.forms import model_to_dict

from audit.models import AuditEvent
from inbox import intake, readings
from inbox.actions import comments
from inbox.models import Comment, Finding
from team.actions import change_municipality
from tests import cast
from tests.factories import make_comment, make_item, make_page

pytestmark = pytest.mark.django_db
PHONE = "Ring meg på 918 27 364 om brøytinga"
PROPOSALS = {"hints", "looks_urgent", "read_by"}


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("read_again", *arguments, stdout=out)
    return out.getvalue().splitlines()


def make_old(*which: Comment, detectors: int = 0) -> None:
    """Make the comments look as if an older version of the detectors, or none, had read them."""
    ids = [one.pk for one in which]
    Comment.objects.filter(pk__in=ids).update(
        read_by=detectors, hints=["threat"] if detectors else [], looks_urgent=False
    )
    Finding.objects.filter(comment__in=ids).delete()
    if detectors:
        for pk in ids:
            Finding.objects.create(
                comment_id=pk,
                version_number=1,
                kind="threat",
                start=0,
                end=4,
                rule="old",
                reason="",
                detectors=detectors,
            )


def seen(comment: Comment) -> list[str]:
    return list(Finding.objects.filter(comment=comment).values_list("kind", flat=True))


def decided(comment: Comment) -> dict[str, Any]:
    row = model_to_dict(Comment.objects.get(pk=comment.pk))
    return {name: value for name, value in row.items() if name not in PROPOSALS}


def test_a_new_comment_needs_no_second_reading(place: cast.Cast) -> None:
    comment = make_comment(place.post, PHONE)
    assert comment.read_by == readings.VERSION
    assert run() == ["meraker: nothing left to read"]


@pytest.mark.parametrize("detectors", [0, -1])
def test_what_was_stored_before_the_detectors_gets_its_proposals(
    place: cast.Cast, monkeypatch: pytest.MonkeyPatch, detectors: int
) -> None:
    comment = make_comment(place.post, PHONE)
    make_old(comment, detectors=readings.VERSION if detectors else 0)
    if detectors:
        monkeypatch.setattr(readings, "VERSION", readings.VERSION + 1)
    assert run() == ["meraker: 1 of 1 read", "meraker: nothing left to read"]
    comment.refresh_from_db()
    assert (comment.hints, comment.read_by) == (["personal_data"], readings.VERSION)
    assert seen(comment) == ["phone"], "what the older detectors saw in this text is gone"


def test_nothing_a_person_decided_is_touched_and_nothing_is_logged(place: cast.Cast) -> None:
    comment = make_comment(place.post, "Det brenner! " + PHONE)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    comments.flag(Comment.objects.get(pk=comment.pk), flags=["press"], by=place.ola)
    make_old(comment)
    before, events = decided(comment), AuditEvent.objects.count()
    run()
    assert decided(comment) == before
    assert AuditEvent.objects.count() == events
    assert Comment.objects.get(pk=comment.pk).looks_urgent


def test_an_edited_comment_is_read_as_it_stands_and_earlier_findings_stay(place: cast.Cast) -> None:
    comment = make_comment(place.post, PHONE)
    edited = make_item(place.post, text="Skriv til meg@privat.example", external_id=comment.external_id)
    intake.receive(place.channel, make_page(edited), raw_page=None)
    Comment.objects.filter(pk=comment.pk).update(read_by=0)
    run()
    found = list(
        Finding.objects.filter(comment=comment).values_list("version_number", "kind").order_by("version_number")
    )
    assert found == [(1, "phone"), (2, "email")]


def test_it_goes_in_batches_and_on_where_it_was_stopped(place: cast.Cast) -> None:
    rows = [make_comment(place.post, PHONE) for _ in range(5)]
    make_old(*rows)
    first = readings.read_some_again(place.municipality, most=2)
    assert first == rows[1].pk
    assert readings.unread().count() == 3, "a stop here loses nothing of what was done"
    assert run("--batch", "2") == ["meraker: 2 of 3 read", "meraker: 3 of 3 read", "meraker: nothing left to read"]
    assert not readings.unread().exists()
    assert Finding.objects.count() == 5


def test_everything_is_read_again_when_the_municipality_s_own_numbers_change(place: cast.Cast) -> None:
    comment, other = make_comment(place.post, PHONE), make_comment(cast.tydal().post, PHONE)
    change_municipality(place.municipality, {"own_phones": ["918 27 364"]}, by=place.kari)
    run()
    assert Comment.objects.get(pk=comment.pk).hints == ["personal_data"]
    run("--all", "--municipality", "meraker")
    assert Comment.objects.get(pk=comment.pk).hints == []
    assert Comment.objects.get(pk=other.pk).hints == ["personal_data"]


def test_what_we_wrote_ourselves_is_not_read(place: cast.Cast) -> None:
    ours = make_comment(place.post, PHONE, own=True)
    make_old(ours)
    assert run("--all") == ["meraker: nothing left to read"]
    assert seen(ours) == []


@pytest.mark.parametrize("arguments", [("--municipality", "selbu"), ("--batch", "0")])
def test_what_cannot_be_meant_is_refused(place: cast.Cast, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)


def test_one_batch_costs_few_queries_however_many_it_reads(
    place: cast.Cast, django_assert_max_num_queries: Any
) -> None:
    make_old(*[make_comment(place.post, PHONE) for _ in range(30)])
    with django_assert_max_num_queries(12):
        readings.read_some_again(place.municipality)
