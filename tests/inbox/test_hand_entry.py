"""Private use: leave it to a colleague, no reason asked; and what came another way has the same duties."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.intake import follow
from archive.models import CaseRecord
from audit import log
from inbox import publishing, pulling, queue
from inbox.actions import comments, hand_entry, replies
from inbox.actions.errors import ObligationsUnmetError, RefusedError
from inbox.models import Channel, Comment, Reply
from inbox.workflow import AttachmentStatus, CommentStatus, ReplyStatus
from tests import cast
from tests.factories import make_comment
from tests.pictures import picture

pytestmark = pytest.mark.django_db
DOCUMENTATION = "Kommunen har dokumentasjonsplikt."


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def client_of(member: cast.Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_a_comment_is_left_to_a_colleague_without_a_reason(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    comments.claim(comment, by=place.ola)
    client_of(place.ola).post(
        reverse("inbox:hand_over", args=[comment.pk]), {"to": place.mari.pk, "reason": "naboen min"}
    )
    comment.refresh_from_db()
    assert comment.assignee == place.mari
    assert queue.counts_for(place.ola)["mine"] == 0
    event = next(one for one in log.history(comment) if one.action == "comment.hand_over")
    assert set(event.data) == {"move", "from", "set"}
    assert set(event.data["set"]) == {"assignee_id", "claimed_at"}


def test_it_can_be_left_to_whoever_takes_it_and_only_by_the_one_who_has_it(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    with pytest.raises(RefusedError):
        hand_entry.hand_over(comment, by=place.ola)
    comments.claim(comment, by=place.ola)
    with pytest.raises(RefusedError):
        hand_entry.hand_over(comment, to=cast.tydal().ola, by=place.ola)
    hand_entry.hand_over(comment, by=place.ola)
    assert comment.assignee is None


def enter(place: cast.Cast, **fields: str) -> Comment:
    data = {"entered_from": "phone", "author_name": "Randi Moen", "text": "Jeg vil klage på vedtaket.", **fields}
    response = client_of(place.ola).post(reverse("inbox:enter"), data)
    assert response.status_code == 302, response.content.decode()
    return Comment.objects.select_related("municipality", "channel").latest("pk")


def test_what_is_written_in_by_hand_comes_into_the_queue_like_any_other(place: cast.Cast) -> None:
    comment = enter(place)
    assert (comment.status, comment.entered_from) == (CommentStatus.NEW, "phone")
    assert comment.versions.get().text == "Jeg vil klage på vedtaket."
    assert comment.pk in {row.pk for row in queue.queue_for(place.ola, "nye").rows}
    event = next(one for one in log.history(comment) if one.action == "comment.enter")
    assert event.actor_id == place.ola.user_id
    page = client_of(place.ola).get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "skrev inn henvendelsen" in page


@pytest.mark.parametrize("wrong", [{"text": " "}, {"entered_from": "due"}, {"link": "tull"}, {"received_at": "i går"}])
def test_a_wrong_form_keeps_what_was_written(place: cast.Cast, wrong: dict[str, str]) -> None:
    data = {"entered_from": "phone", "author_name": "Randi Moen", "text": "Spørsmålet", **wrong}
    response = client_of(place.ola).post(reverse("inbox:enter"), data)
    assert response.status_code == 422
    assert "Randi Moen" in response.content.decode()
    assert not Comment.objects.exists()


def test_a_time_to_come_is_refused(place: cast.Cast) -> None:
    with pytest.raises(RefusedError):
        hand_entry.enter(
            entered_from="phone",
            author_name="",
            text="x",
            received_at=timezone.now() + timedelta(hours=1),
            by=place.ola,
        )


def approved_answer(place: cast.Cast) -> Reply:
    comment = enter(place)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    comments.choose_unit(comment, unit=place.unit, by=place.ola)
    reply = replies.draft(comment, text="Vi ser på det.", by=place.ola)
    with pytest.raises(ObligationsUnmetError):
        replies.submit(reply, by=place.ola)
    reply = replies.draft(comment, text=f"Vi ser på det. {DOCUMENTATION}", enquiry_choice="forward", by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    return reply


def test_it_is_never_pulled_nor_published_by_us(place: cast.Cast) -> None:
    reply = approved_answer(place)
    manual = Channel.objects.get(platform="manual")
    assert manual.pk not in pulling.due_channels()
    assert reply.pk not in publishing.due_replies()
    publishing.publish(reply.pk)
    reply.refresh_from_db()
    assert (reply.status, reply.attempt) == (ReplyStatus.APPROVED, 0)


def test_the_answer_a_person_gave_is_registered_and_goes_to_the_archive(place: cast.Cast) -> None:
    reply = approved_answer(place)
    client = client_of(place.ola)
    address = reverse("inbox:comment", args=[reply.comment_id])
    assert "Registrer svaret" in client.get(address).content.decode()
    register = reverse("inbox:register_answer", args=[reply.comment_id])
    client.post(register, {"how": " "})
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.APPROVED
    client.post(register, {"how": "E-post til Randi", "link": "https://www.meraker.kommune.example/svar"})
    reply.refresh_from_db()
    assert (reply.status, reply.given_how) == (ReplyStatus.PUBLISHED, "E-post til Randi")
    assert reply.external_id.startswith("manual:")
    assert Comment.objects.get(pk=reply.comment_id).status == CommentStatus.DONE
    record = CaseRecord.objects.get(comment_id=reply.comment_id)
    assert record.platform == "manual"


def test_an_answer_on_a_platform_is_not_registered_by_hand(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["praise"], by=place.ola)
    reply = replies.draft(comment, text="Takk", by=place.ola)
    with pytest.raises(RefusedError):
        hand_entry.register_answer(reply, how="telefon", by=place.ola)


@pytest.mark.django_db(transaction=True)
def test_the_archive_copies_the_registered_answer() -> None:
    place = cast.meraker()
    reply = approved_answer(place)
    hand_entry.register_answer(reply, how="telefon", by=place.ola)
    follow(place.municipality.pk)
    copied = CaseRecord.objects.get(comment_id=reply.comment_id).replies.get()
    assert copied.text == reply.text


def test_an_answer_that_a_person_gives_is_approved_and_never_said_to_be_published(place: cast.Cast) -> None:
    comment = hand_entry.enter(entered_from="phone", author_name="Jon", text="Når åpner dere?", by=place.ola)
    comments.sort(comment, sortings=["neutral"], by=place.ola)
    page = client_of(place.ola).get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "Godkjenn svaret" in page
    assert "Publiser " not in page


def entered_with(place: cast.Cast, data: bytes) -> HttpResponse:
    fields = {"entered_from": "message", "text": "Se på dette hullet", "picture": SimpleUploadedFile("hull.png", data)}
    return client_of(place.ola).post(reverse("inbox:enter"), fields)


def test_a_picture_that_came_with_an_enquiry_is_kept_and_shown(place: cast.Cast) -> None:
    data = picture()
    response = entered_with(place, data)
    kept = Comment.objects.get().attachments.get()
    assert (kept.original.sha256, kept.status) == (hashlib.sha256(data).hexdigest(), AttachmentStatus.FETCHED)
    shown = client_of(place.ola).get(response["Location"]).content.decode()
    assert reverse("inbox:attachment", args=[kept.pk]) in shown
    sent = client_of(place.ola).get(reverse("inbox:attachment", args=[kept.pk]))
    assert sent.status_code == 200
    assert b"".join(sent)


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_entered(place: cast.Cast) -> None:
    response = entered_with(place, b"MZ, ikke et bilde")
    assert "Bruk JPEG, PNG" in response.content.decode()
    assert "Se på dette hullet" in response.content.decode()
    assert not Comment.objects.exists()
