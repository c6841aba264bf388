"""An emergency is answered at once with a fixed text: nothing unsorted, unmet or unreviewed holds it back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from inbox import library, publishing
from inbox.actions import comments, inserting, replies, templates
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.channels.base import Capabilities, Published
from inbox.endings import Situation, why_not_end
from inbox.models import Comment, Reply, Template
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db
FIRE = "Det brenner i barnehagen!"


@pytest.fixture
def place() -> cast.Cast:
    there = cast.meraker()
    templates.load_defaults(there.municipality)
    return there


@pytest.fixture
def ola(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.ola.user)
    return client


def offer(comment: Comment) -> library.Filled:
    return next(one for one in library.urgent_texts(comment) if "110" in one.text)


def answer(comment: Comment, place: cast.Cast) -> Reply:
    given = offer(comment)
    reply = inserting.publish_preapproved(comment, given.version.template, text_hash=given.text_hash, by=place.ola)
    reply.refresh_from_db()
    return reply


def let_out(reply: Reply) -> None:
    """What a worker does when the hold is over, with a platform that answers."""
    Reply.objects.filter(pk=reply.pk).update(publish_after=timezone.now() - timedelta(seconds=1))
    claim = publishing._claim(reply.pk)
    assert claim is not None
    piece = publishing.next_piece(Reply.objects.get(pk=reply.pk), Capabilities())
    publishing.settle_published(claim, piece, Published(external_id="r1", permalink="", created_at=timezone.now()))


def fresh(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def test_an_unsorted_emergency_is_answered_by_one_person_and_stays_to_be_sorted(place: cast.Cast) -> None:
    comment = make_comment(place.post, FIRE)
    reply = answer(comment, place)
    assert reply.status == ReplyStatus.APPROVED
    assert reply.guideline_version is not None
    assert fresh(comment).status == CommentStatus.NEW
    let_out(reply)
    assert fresh(comment).status == CommentStatus.NEW
    approved = next(event for event in log.history(reply) if event.action == "reply.approve")
    assert approved.data["template_name"] == offer(comment).version.template.name
    comments.sort(fresh(comment), sortings=["case_handling"], by=place.ola)
    assert fresh(comment).status == CommentStatus.TO_ANSWER, "what the duties ask of a case is still to be done"
    proper = replies.draft(fresh(comment), text="Hei. Brannvesenet er varslet.", by=place.ola)
    assert proper.pk != reply.pk


def test_after_a_fixed_answer_the_dialogue_may_be_ended_once_somebody_has_sorted(place: cast.Cast) -> None:
    comment = make_comment(place.post, FIRE)
    let_out(answer(comment, place))
    assert "Sorter" in why_not_end(Situation(fresh(comment)), "dialogue_ended")
    comments.sort(fresh(comment), sortings=["negative"], by=place.ola)
    assert why_not_end(Situation(fresh(comment)), "dialogue_ended") == ""


def test_unmet_duties_do_not_hold_a_fixed_text_back_and_the_comment_waits_for_them(place: cast.Cast) -> None:
    comment = make_comment(place.post, FIRE)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    reply = answer(fresh(comment), place)
    assert fresh(comment).status == CommentStatus.TO_ANSWER
    let_out(reply)
    assert fresh(comment).status == CommentStatus.TO_ANSWER


def test_a_fixed_text_that_leaves_nothing_undone_finishes_the_comment(place: cast.Cast) -> None:
    comment = make_comment(place.post, FIRE)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    let_out(answer(fresh(comment), place))
    assert fresh(comment).status == CommentStatus.DONE


def test_taking_a_fixed_answer_back_leaves_the_comment_as_it_was(place: cast.Cast) -> None:
    comment = make_comment(place.post, FIRE)
    reply = answer(comment, place)
    replies.recall(reply, by=place.ola)
    assert (fresh(comment).status, replies.open_reply(comment)) == (CommentStatus.NEW, None)
    assert answer(fresh(comment), place).status == ReplyStatus.APPROVED


def test_nobody_drafts_while_the_fixed_answer_is_on_its_way_and_it_is_given_once(place: cast.Cast) -> None:
    comment = make_comment(place.post, FIRE)
    reply = answer(comment, place)
    comments.sort(fresh(comment), sortings=["negative"], by=place.ola)
    with pytest.raises(RefusedError, match="på vei ut"):
        replies.draft(fresh(comment), text="Hei", by=place.ola)
    with pytest.raises(RefusedError):
        answer(fresh(comment), place)
    let_out(reply)
    assert fresh(comment).status == CommentStatus.TO_ANSWER
    with pytest.raises(RefusedError, match="allerede gitt"):
        answer(fresh(comment), place)
    assert Reply.objects.count() == 1


def test_a_refusal_by_the_platform_leaves_an_unsorted_comment_unsorted(place: cast.Cast) -> None:
    comment = make_comment(place.post, FIRE)
    reply = answer(comment, place)
    Reply.objects.filter(pk=reply.pk).update(publish_after=timezone.now() - timedelta(seconds=1))
    claim = publishing._claim(reply.pk)
    assert claim is not None
    publishing._refuse(claim, Reply.Problem.OTHER)
    assert fresh(comment).status == CommentStatus.NEW
    assert answer(fresh(comment), place).pk != reply.pk, "another try is free at once"


def test_only_a_fixed_text_as_approved_goes_out_unsorted(place: cast.Cast) -> None:
    comment = make_comment(place.post, FIRE)
    thanks = Template.objects.filter(municipality=place.municipality, kind="thanks").first()
    assert thanks is not None
    given = library.fill(thanks.versions.get(), comment)
    with pytest.raises(RefusedError, match="Sorter"):
        inserting.publish_preapproved(comment, thanks, text_hash=given.text_hash, by=place.ola)
    given = offer(comment)
    template = given.version.template
    with pytest.raises(RefusedError, match="endret"):
        inserting.publish_preapproved(comment, template, text_hash="x", by=place.ola)
    with pytest.raises(NotAllowedError):
        inserting.publish_preapproved(comment, template, text_hash=given.text_hash, by=place.arne)
    templates.retire(template, by=place.kari)
    with pytest.raises(RefusedError, match="ikke godkjent"):
        inserting.publish_preapproved(comment, template, text_hash=given.text_hash, by=place.ola)
    assert not Reply.objects.exists()


def test_it_is_reached_from_the_row_and_the_pane_and_returns_to_the_queue(place: cast.Cast, ola: Client) -> None:
    usual, urgent = make_comment(place.post), make_comment(place.post, FIRE)
    queue = reverse("inbox:queue", args=["nye"])
    page = ola.get(f"{queue}?valgt={urgent.pk}").content.decode()
    assert f'href="{reverse("inbox:comment", args=[urgent.pk])}#fast"' in page
    assert f'href="{reverse("inbox:comment", args=[usual.pk])}#fast"' not in page
    given = offer(urgent)
    assert given.text in page
    send = {"template": given.version.template_id, "text_hash": given.text_hash, "next": f"{queue}?valgt={urgent.pk}"}
    response = ola.post(reverse("inbox:publish_preapproved", args=[urgent.pk]), send)
    assert response["Location"] == f"{queue}?valgt={urgent.pk}"
    let_out(Reply.objects.get())
    page = ola.get(f"{queue}?valgt={urgent.pk}").content.decode()
    assert "Avsenderen har fått et fast svar" in page
    assert "Avsenderen har fått et fast svar" in ola.get(reverse("inbox:comment", args=[urgent.pk])).content.decode()


def test_an_emergency_the_rules_missed_is_one_fold_away(place: cast.Cast, ola: Client) -> None:
    missed = make_comment(place.post, "Hva skjer bak barnehagen?")
    assert not missed.looks_urgent
    page = ola.get(reverse("inbox:comment", args=[missed.pk])).content.decode()
    assert "Akutt? Fast svar" in page
    assert answer(missed, place).status == ReplyStatus.APPROVED
