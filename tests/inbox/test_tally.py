"""The counts of the queue are exact whatever people and workers do, and cost the same in a large inbox."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from inbox import queue, tally
from inbox.actions import comments
from inbox.models import Comment, Tally
from inbox.tasks import fold_tallies
from tests import cast
from tests.factories import make_comment, make_post


@pytest.mark.django_db
def test_the_tabs_follow_every_act() -> None:
    place = cast.meraker()
    post = make_post(place.channel)
    first, second = make_comment(post), make_comment(post, "Takk for fin brøyting!")
    assert queue.counts_for(place.ola)["nye"] == 2
    comments.claim(first, by=place.ola)
    comments.sort(first, sortings=["negative"], by=place.ola)
    counts = queue.counts_for(place.ola)
    assert (counts["nye"], counts["skal-besvares"], counts["mine"]) == (1, 1, 1)
    comments.end(second, ending="spam", by=place.ola)
    assert queue.counts_for(place.ola)["ferdig"] == 1
    assert queue.new_count(place.municipality.pk) == 0
    assert tally.differences(place.municipality.pk) == {}


@pytest.mark.django_db
def test_no_municipality_counts_anothers() -> None:
    meraker, tydal = cast.meraker(), cast.tydal()
    make_comment(make_post(meraker.channel))
    assert queue.new_count(tydal.municipality.pk) == 0


@pytest.mark.django_db
def test_folding_changes_no_count_and_leaves_few_rows() -> None:
    place = cast.meraker()
    post = make_post(place.channel)
    for _ in range(5):
        make_comment(post)
    before = tally.counts(place.municipality.pk)
    assert tally.fold(at_least=2) == 1
    assert tally.counts(place.municipality.pk) == before == {"NEW": 5}
    assert Tally.objects.count() == 1
    fold_tallies()
    assert tally.differences(place.municipality.pk) == {}


@pytest.mark.django_db
def test_a_wrong_tally_is_seen() -> None:
    place = cast.meraker()
    make_comment(make_post(place.channel))
    Tally.objects.create(municipality=place.municipality, name="NEW", amount=3)
    assert tally.differences(place.municipality.pk) == {"NEW": 3}


@pytest.mark.django_db(transaction=True)
def test_people_who_change_rows_while_two_fold_lose_no_count() -> None:
    place = cast.meraker()
    post = make_post(place.channel)
    rows = [make_comment(post).pk for _ in range(8)]

    def change(pk: int) -> None:
        for who in (place.ola, None) * 10:
            Comment.objects.filter(pk=pk).update(assignee=who)
        connection.close()

    def fold(_: int) -> None:
        for _ in range(20):
            tally.fold(at_least=1)
        connection.close()

    with ThreadPoolExecutor(10) as people:
        work = [people.submit(change, pk) for pk in rows] + [people.submit(fold, number) for number in range(2)]
    for one in work:
        one.result()
    assert tally.differences(place.municipality.pk) == {}
    assert tally.counts(place.municipality.pk) == {"NEW": 8}
