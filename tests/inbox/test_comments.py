"""What a person can do to a comment."""

import threading

import pytest
from django.db import connection

from audit import log
from audit.errors import WrongMunicipalityError
from guidelines.queries import version_in_force
from inbox.actions import comments
from inbox.actions.errors import NotAllowedError, RefusedError, TakenError
from inbox.models import Comment
from inbox.workflow import CommentStatus
from tests import cast
from tests.factories import make_comment


@pytest.mark.django_db
def test_sorting_is_a_set_under_the_guideline_in_force() -> None:
    place = cast.meraker()
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["negative", "case_handling"], by=place.ola)
    comment.refresh_from_db()
    assert comment.status == CommentStatus.TO_ANSWER
    assert comment.sortings == ["case_handling", "negative"]
    assert comment.documentation_value is True
    assert comment.guideline_version == version_in_force(place.municipality)
    event = log.history(comment).last()
    assert event is not None
    assert event.action == "comment.sort"
    assert event.actor_role == "member"
    assert event.guideline_version_id == comment.guideline_version_id


@pytest.mark.django_db
@pytest.mark.parametrize("sortings", [[], ["neutral", "negative"], ["vås"]])
def test_a_wrong_set_is_refused_and_nothing_is_stored(sortings: list[str]) -> None:
    place = cast.meraker()
    comment = make_comment(place.post)
    with pytest.raises(RefusedError):
        comments.sort(comment, sortings=sortings, by=place.ola)
    comment.refresh_from_db()
    assert comment.status == CommentStatus.NEW


@pytest.mark.django_db
def test_an_archivist_does_not_sort() -> None:
    place = cast.meraker()
    with pytest.raises(NotAllowedError):
        comments.sort(make_comment(place.post), sortings=["praise"], by=place.arne)


@pytest.mark.django_db
def test_a_member_of_another_municipality_cannot_act() -> None:
    place, neighbour = cast.meraker(), cast.tydal()
    with pytest.raises(WrongMunicipalityError):
        comments.sort(make_comment(place.post), sortings=["praise"], by=neighbour.ola)


@pytest.mark.django_db
def test_the_second_to_claim_hears_who_has_it() -> None:
    place = cast.meraker()
    comment = make_comment(place.post)
    late = Comment.objects.get(pk=comment.pk)
    comments.claim(comment, by=place.ola)
    with pytest.raises(TakenError, match="Ola Svendsen"):
        comments.claim(late, by=place.mari)


@pytest.mark.django_db
def test_claiming_twice_oneself_is_harmless() -> None:
    place = cast.meraker()
    comment = make_comment(place.post)
    comments.claim(comment, by=place.ola)
    comments.claim(comment, by=place.ola)
    assert [event.action for event in log.history(comment)].count("comment.claim") == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_claim_at_once_one_gets_it() -> None:
    place = cast.meraker()
    comment = make_comment(place.post)
    won: list[int] = []

    def try_to_claim(member: cast.Membership) -> None:
        try:
            comments.claim(Comment.objects.get(pk=comment.pk), by=member)
            won.append(member.pk)
        except TakenError:
            pass
        finally:
            connection.close()

    threads = [
        threading.Thread(target=try_to_claim, args=[member]) for member in [place.ola, place.mari, place.kari] * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(won)) == 1


@pytest.mark.django_db
def test_a_neutral_comment_that_is_not_to_us_may_be_ended() -> None:
    place = cast.meraker()
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=False, by=place.ola)
    comments.end(comment, ending="not_to_us", by=place.ola)
    assert comment.status == CommentStatus.DONE


@pytest.mark.django_db
def test_a_negative_comment_is_not_ended_without_an_answer() -> None:
    place = cast.meraker()
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    with pytest.raises(RefusedError, match="krever et svar"):
        comments.end(comment, ending="not_to_us", by=place.ola)


@pytest.mark.django_db
def test_a_unit_of_another_municipality_is_refused() -> None:
    place, neighbour = cast.meraker(), cast.tydal()
    comment = make_comment(place.post)
    with pytest.raises(RefusedError):
        comments.choose_unit(comment, unit=neighbour.unit, by=place.ola)
