"""Draft, review, approval: what the guideline asks must stand in the reply before it leaves."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from guidelines.models import Policy
from inbox.actions import comments, replies
from inbox.actions.errors import ChangedMeanwhileError, NotAllowedError, ObligationsUnmetError, RefusedError
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db

ENQUIRY = "Send en skriftlig henvendelse til kommunen: https://www.meraker.kommune.example/skjema."
DOCUMENTATION = "Kommunen har dokumentasjonsplikt."


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def sorted_comment(place: cast.Cast, *sortings: str, **fields: object) -> Comment:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=sortings, by=place.ola, **fields)  # type: ignore[arg-type]
    return comment


def test_an_unsorted_comment_is_not_answered(place: cast.Cast) -> None:
    with pytest.raises(RefusedError, match="Sorter"):
        replies.draft(make_comment(place.post), text="Hei", by=place.ola)


def test_every_saved_text_is_kept(place: cast.Cast) -> None:
    comment = sorted_comment(place, "praise")
    for text in ("Takk", "Takk", "Tusen takk"):
        reply = replies.draft(comment, text=text, by=place.ola)
    assert [version.text for version in reply.versions.all()] == ["Takk", "Tusen takk"]


def test_saving_over_somebody_elses_text_is_refused(place: cast.Cast) -> None:
    comment = sorted_comment(place, "praise")
    seen = replies.draft(comment, text="Takk", by=place.ola).version
    replies.draft(comment, text="Takk skal du ha", by=place.mari, base_version=seen)
    with pytest.raises(ChangedMeanwhileError):
        replies.draft(comment, text="Takk fra oss", by=place.ola, base_version=seen)


def test_ones_own_autosave_that_came_first_is_no_conflict(place: cast.Cast) -> None:
    comment = sorted_comment(place, "praise")
    replies.draft(comment, text="Takk", by=place.ola, base_version=0)
    assert replies.draft(comment, text="Takk", by=place.ola, base_version=0).text == "Takk"


def test_a_save_whose_answer_was_lost_is_no_conflict(place: cast.Cast) -> None:
    comment = sorted_comment(place, "praise")
    replies.draft(comment, text="Tak", by=place.ola, base_version=0)
    assert replies.draft(comment, text="Takk", lost="Tak", by=place.ola, base_version=0).text == "Takk"


def test_another_tab_of_ones_own_never_overwrites_silently(place: cast.Cast) -> None:
    comment = sorted_comment(place, "praise")
    replies.draft(comment, text="Takk fra den første fanen", by=place.ola, base_version=0)
    with pytest.raises(ChangedMeanwhileError, match="annen fane"):
        replies.draft(comment, text="Takk fra den andre fanen", by=place.ola, base_version=0)


def test_without_its_notices_a_case_reply_is_not_handed_in(place: cast.Cast) -> None:
    comment = sorted_comment(place, "case_handling")
    reply = replies.draft(comment, text="Vi ser på det.", by=place.ola)
    with pytest.raises(ObligationsUnmetError) as refused:
        replies.submit(reply, by=place.ola)
    assert {one.clause for one in refused.value.missing} == {"C4", "C5"}
    assert "punkt 5" in str(refused.value)


def test_the_notices_are_put_in_by_one_act_each(place: cast.Cast) -> None:
    comment = sorted_comment(place, "case_handling")
    comments.choose_unit(comment, unit=place.unit, by=place.ola)
    reply = replies.draft(comment, text="Vi ser på det.", by=place.ola)
    for code in ("C4-notice", "C5-notice"):
        reply = replies.insert_notice(reply, code=code, by=place.ola)
    assert place.municipality.enquiry_url in reply.text
    replies.submit(reply, by=place.ola)
    comment.refresh_from_db()
    assert comment.status == CommentStatus.IN_REVIEW


def test_a_sender_whose_question_is_forwarded_instead_is_told_so_and_the_choice_stands(place: cast.Cast) -> None:
    comment = sorted_comment(place, "case_handling")
    replies.draft(comment, text="Hei.", by=place.ola)
    client = Client()
    client.force_login(place.ola.user)
    client.post(
        reverse("inbox:insert", args=[comment.pk]), {"text": "Hei.", "enquiry_choice": "forward", "duty": "C4-notice"}
    )
    reply = Reply.objects.get()
    assert "Du trenger ikke gjøre noe mer." in reply.text
    assert "skriftlig henvendelse" not in reply.text
    assert reply.enquiry_choice == "forward"
    assert "at spørsmålet videresendes" in client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    with pytest.raises(RefusedError, match="står allerede"):
        replies.insert_notice(reply, code="C4-notice", by=place.ola)


def ready_reply(place: cast.Cast) -> Reply:
    comment = sorted_comment(place, "case_handling")
    comments.choose_unit(comment, unit=place.unit, by=place.ola)
    reply = replies.draft(comment, text=f"Hei. {ENQUIRY} {DOCUMENTATION}", by=place.ola, enquiry_choice="ask")
    replies.submit(reply, by=place.ola)
    return reply


def test_approval_is_refused_when_the_review_took_a_notice_out(place: cast.Cast) -> None:
    reply = replies.draft(ready_reply(place).comment, text=f"Hei. {ENQUIRY}", by=place.kari)
    with pytest.raises(ObligationsUnmetError) as refused:
        replies.approve(reply, by=place.kari)
    assert [one.code for one in refused.value.missing] == ["C5-notice"]
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.IN_REVIEW


def test_what_the_lead_changes_is_kept_beside_the_authors_text(place: cast.Cast) -> None:
    reply = ready_reply(place)
    replies.draft(reply.comment, text=f"God dag. {ENQUIRY} {DOCUMENTATION}", by=place.kari)
    latest = reply.versions.last()
    assert latest is not None
    assert latest.in_review
    assert latest.saved_by == place.kari


def test_meraker_may_forward_instead_and_tydal_may_not(place: cast.Cast) -> None:
    for here, allowed in ((place, True), (cast.tydal(), False)):
        comment = sorted_comment(here, "case_handling")
        comments.choose_unit(comment, unit=here.unit, by=here.ola)
        reply = replies.draft(comment, text=f"Hei. {DOCUMENTATION}", by=here.ola, enquiry_choice="forward")
        if allowed:
            replies.submit(reply, by=here.ola)
            assert reply.status == ReplyStatus.IN_REVIEW
        else:
            with pytest.raises(ObligationsUnmetError):
                replies.submit(reply, by=here.ola)


def test_the_author_does_not_approve_their_own(place: cast.Cast) -> None:
    comment = sorted_comment(place, "negative")
    reply = replies.draft(comment, text="Takk", by=place.kari)
    replies.submit(reply, by=place.kari)
    with pytest.raises(NotAllowedError, match="Du skrev"):
        replies.approve(reply, by=place.kari)


def test_a_member_does_not_approve_where_two_persons_are_asked(place: cast.Cast) -> None:
    with pytest.raises(NotAllowedError):
        replies.approve(ready_reply(place), by=place.mari)


def test_one_person_may_approve_where_the_municipality_says_so(place: cast.Cast) -> None:
    Policy.objects.create(municipality=place.municipality, alone_for=["negative"])
    comment = sorted_comment(place, "negative")
    reply = replies.draft(comment, text="Takk", by=place.ola)
    replies.approve(reply, by=place.ola)
    assert reply.status == ReplyStatus.APPROVED


def test_sending_back_needs_a_remark_and_gives_the_author_the_draft(place: cast.Cast) -> None:
    reply = ready_reply(place)
    with pytest.raises(RefusedError):
        replies.send_back(reply, remark="  ", by=place.kari)
    replies.send_back(reply, remark="Skriv når bilen kommer", by=place.kari)
    assert reply.status == ReplyStatus.DRAFT
    assert reply.reviews.get().remark == "Skriv når bilen kommer"
    reply.comment.refresh_from_db()
    assert reply.comment.status == CommentStatus.TO_ANSWER


def test_an_approved_reply_can_be_taken_back_while_it_is_held(place: cast.Cast) -> None:
    place.municipality.hold_seconds = 30
    place.municipality.save()
    reply = ready_reply(place)
    replies.approve(reply, by=place.kari)
    replies.recall(reply, by=place.kari)
    reply.refresh_from_db()
    assert (reply.status, reply.publish_after) == (ReplyStatus.DRAFT, None)


def test_too_long_a_text_is_refused_with_both_numbers(place: cast.Cast) -> None:
    comment = sorted_comment(place, "praise")
    reply = replies.draft(comment, text="a" * 501, by=place.ola)
    with pytest.raises(RefusedError, match="av 500"):
        replies.submit(reply, by=place.ola)


@pytest.mark.django_db(transaction=True)
def test_two_saves_at_once_begin_one_draft() -> None:
    place = cast.meraker()
    comment = sorted_comment(place, "praise")
    failures: list[Exception] = []

    def save(text: str) -> None:
        try:
            replies.draft(Comment.objects.get(pk=comment.pk), text=text, by=place.ola)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[f"Takk {number}"]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Reply.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_reply_is_not_taken_up_beside_another_one(place: cast.Cast) -> None:
    comment = sorted_comment(place, "praise")
    refused = replies.draft(comment, text="Takk", by=place.ola)
    Reply.objects.filter(pk=refused.pk).update(status=ReplyStatus.REFUSED)
    replies.draft(Comment.objects.get(pk=comment.pk), text="Tusen takk", by=place.mari)
    with pytest.raises(RefusedError, match="annet svar"):
        replies.rework(Reply.objects.get(pk=refused.pk), by=place.ola)
    assert Reply.objects.get(pk=refused.pk).status == ReplyStatus.REFUSED
