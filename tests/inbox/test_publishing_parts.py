"""A reply in parts: each part once and in order, whatever the platform does. The simulator's own book is the judge."""

from datetime import timedelta

import pytest
from django.utils import timezone

from archive import intake as archive_intake
from archive.models import CaseRecord
from audit import log, moves
from inbox import publishing, pulling, taking_down
from inbox.actions import comments, replies, too_long, unclear
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Channel, Comment, Reply, ReplyPart
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "\n\n".join(f"Avsnitt {number}. " + "Vi brøyter hovedveiene først. " * 13 for number in (1, 2, 3))


@pytest.fixture
def place(simulator):
    place = cast.meraker(simulator.url)
    Channel.objects.filter(pk=place.channel.pk).update(account_id="")
    return place


@pytest.fixture
def approved(place, simulator):
    """A comment from the practice platform with a long answer in three parts, approved, its hold over."""
    simulator.comment(simulator.post(), "Når brøyter dere, og hvorfor så sent?")
    pulling.pull(place.channel.pk)
    comment = Comment.objects.get()
    comments.sort(comment, sortings=["praise"], documentation_value=False, by=place.ola)
    reply = replies.draft(comment, text=TEXT, by=place.ola)
    too_long.choose(reply, choice="parts", by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    assert reply.parts.count() == 3
    return reply


def fault_on_part(simulator, number, kind="error_after", **more):
    """Lay a fault over the sending of one part, known by its marker."""
    simulator.fault(kind, method="POST", path="/api/v1/statuses", after=number - 1, times=1, **more)


def until_it_rests(reply, rounds=8):
    for _ in range(rounds):
        Reply.objects.filter(pk=reply.pk, status=ReplyStatus.PUBLISHING).update(
            lease_until=timezone.now() - timedelta(hours=1)
        )
        Reply.objects.filter(pk=reply.pk, status=ReplyStatus.APPROVED).update(publish_after=timezone.now())
        publishing.publish(reply.pk)
    reply.refresh_from_db()
    return reply


def book_of(simulator):
    return [(str(one["id"]), one["text"]) for one in simulator.book("meraker")]


def assert_all_three_stand_in_order(reply, simulator):
    book = book_of(simulator)
    parts = list(reply.parts.filter(taken_down_at=None))
    assert [part.external_id for part in parts] == [number for number, _text in book]
    assert [text[-5:] for _number, text in book] == ["(1/3)", "(2/3)", "(3/3)"]
    assert reply.status == ReplyStatus.PUBLISHED
    assert reply.external_id == parts[0].external_id
    assert Comment.objects.get(pk=reply.comment_id).status == CommentStatus.DONE


def test_the_parts_stand_in_order_and_each_answers_the_one_before(approved, simulator):
    publishing.publish(approved.pk)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert_all_three_stand_in_order(approved, simulator)
    answered = [
        simulator.api("GET", f"/api/v1/statuses/{number}").json()["in_reply_to_id"]
        for number, _text in book_of(simulator)
    ]
    ids = [number for number, _text in book_of(simulator)]
    assert answered == [approved.comment.external_id, ids[0], ids[1]]
    actions = [event.action for event in log.history(approved)]
    assert (actions.count("reply.publish_part"), actions.count("reply.publish")) == (2, 1)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("kind", ["error_after", "reset_after", "error_before", "reset_before"])
def test_an_answer_lost_at_any_part_neither_loses_nor_doubles_one(approved, simulator, kind, number):
    simulator.fault("forget_key", method="POST", path="/api/v1/statuses")
    fault_on_part(simulator, number, kind)
    until_it_rests(approved)
    assert_all_three_stand_in_order(approved, simulator)


def test_a_wait_between_parts_is_kept_and_then_the_rest_follows(approved, simulator):
    fault_on_part(simulator, 2, "status", code=429, headers={"Retry-After": "120"})
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert (approved.status, approved.problem) == (ReplyStatus.APPROVED, Reply.Problem.BUSY)
    assert approved.publish_after > timezone.now() + timedelta(seconds=60)
    assert len(book_of(simulator)) == 1
    with pytest.raises(RefusedError, match="står allerede"):
        replies.recall(approved, by=approved.author)
    until_it_rests(approved)
    assert_all_three_stand_in_order(approved, simulator)


class KilledError(BaseException):
    """Stands for kill -9: nobody catches it."""


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("where", ["before the call", "after the call", "in the settling"])
def test_a_worker_killed_at_any_part_leaves_nothing_lost_or_doubled(approved, simulator, monkeypatch, number, where):
    simulator.fault("forget_key", method="POST", path="/api/v1/statuses")
    send, settle, calls = publishing._send, publishing.settle_published, []

    def dying_send(*arguments):
        calls.append(1)
        if len(calls) == number and where == "before the call":
            raise KilledError
        published = send(*arguments)
        if len(calls) == number and where == "after the call":
            raise KilledError
        return published

    def dying_settle(*arguments):
        if len(calls) == number and where == "in the settling":
            raise KilledError
        return settle(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "_send", dying_send)
        patched.setattr(publishing, "settle_published", dying_settle)
        with pytest.raises(KilledError):
            publishing.publish(approved.pk)
    until_it_rests(approved)
    assert_all_three_stand_in_order(approved, simulator)


def test_a_comment_deleted_between_the_parts_does_not_stop_the_rest(approved, simulator):
    fault_on_part(simulator, 2, "status", code=429)
    publishing.publish(approved.pk)
    simulator.delete(approved.comment.external_id)
    until_it_rests(approved)
    assert approved.status == ReplyStatus.PUBLISHED
    assert len(book_of(simulator)) == 3


def refused_in_the_middle(approved, simulator):
    fault_on_part(simulator, 2, "status", code=422)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    return approved


def test_a_no_in_the_middle_is_shown_and_opens_nothing_for_a_second_answer(approved, simulator, client):
    reply = refused_in_the_middle(approved, simulator)
    assert (reply.status, reply.problem) == (ReplyStatus.UNCLEAR, Reply.Problem.TEXT)
    assert Comment.objects.get(pk=reply.comment_id).status == CommentStatus.GOING_OUT
    with pytest.raises(RefusedError):
        replies.draft(Comment.objects.get(pk=reply.comment_id), text="Et annet svar", by=reply.author)
    client.force_login(reply.approved_by.user)
    page = client.get(f"/kommentar/{reply.comment_id}/").content.decode()
    assert "Del 1 av 3 står på plattformen. Del 2 kom ikke ut. Plattformen godtok ikke teksten." in page
    assert "Fortsett med del 2" in page
    assert "Slett det som står" in page


def test_the_lead_goes_on_with_what_is_left(approved, simulator, client):
    reply = refused_in_the_middle(approved, simulator)
    with pytest.raises(NotAllowedError):
        unclear.send_again(reply, by=reply.author)
    client.force_login(reply.approved_by.user)
    client.post(f"/kommentar/{reply.comment_id}/svar/send-igjen/")
    until_it_rests(reply)
    assert_all_three_stand_in_order(reply, simulator)


def test_the_lead_has_what_stands_deleted_and_writes_anew(approved, simulator, client):
    reply = refused_in_the_middle(approved, simulator)
    first = reply.standing_parts[0].external_id
    client.force_login(reply.approved_by.user)
    client.post(f"/kommentar/{reply.comment_id}/svar/slett-det-som-star/")
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.TAKING_DOWN
    assert taking_down.due_takings_down() == [reply.pk]
    for _ in range(2):
        taking_down.take_down(reply.pk)
    reply.refresh_from_db()
    assert (reply.status, reply.approved_by) == (ReplyStatus.DRAFT, None)
    assert Comment.objects.get(pk=reply.comment_id).status == CommentStatus.TO_ANSWER
    assert simulator.api("GET", f"/api/v1/statuses/{first}").status_code == 404
    assert [part.external_id for part in reply.parts.all()] == [first], "what stood is remembered"
    replies.submit(reply, by=reply.author)
    replies.approve(reply, by=cast_lead(reply))
    until_it_rests(reply)
    assert reply.status == ReplyStatus.PUBLISHED
    assert len(reply.standing_parts) == 3


def cast_lead(reply):
    return type(reply.author).objects.get(municipality=reply.municipality, role="lead")


def test_what_cannot_be_deleted_is_said_and_going_on_sends_nothing_twice(approved, simulator):
    reply = refused_in_the_middle(approved, simulator)
    unclear.take_down(reply, by=reply.approved_by)
    simulator.fault("status", method="DELETE", path="/api/v1/statuses", code=403)
    taking_down.take_down(reply.pk)
    reply.refresh_from_db()
    assert (reply.status, reply.problem) == (ReplyStatus.UNCLEAR, Reply.Problem.STANDS)
    unclear.send_again(reply, by=reply.approved_by)
    until_it_rests(reply)
    assert_all_three_stand_in_order(reply, simulator)


def test_a_passing_fault_while_deleting_is_left_to_the_sweep(approved, simulator):
    reply = refused_in_the_middle(approved, simulator)
    unclear.take_down(reply, by=reply.approved_by)
    simulator.fault("error_after", method="DELETE", path="/api/v1/statuses", times=1)
    taking_down.take_down(reply.pk)
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.TAKING_DOWN
    taking_down.take_down(reply.pk)
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.DRAFT


def test_a_part_whose_sending_was_unclear_is_deleted_too(approved, simulator):
    simulator.fault("error_after", method="POST", path="/api/v1/statuses", after=1, times=1)
    publishing.publish(approved.pk)
    Reply.objects.filter(pk=approved.pk).update(attempt=publishing.ATTEMPTS)
    until_it_rests(approved, rounds=1)
    assert (approved.status, approved.problem) == (ReplyStatus.UNCLEAR, Reply.Problem.UNCLEAR)
    standing = [number for number, _text in book_of(simulator)]
    assert len(standing) == 2
    unclear.take_down(approved, by=approved.approved_by)
    taking_down.take_down(approved.pk)
    assert [simulator.api("GET", f"/api/v1/statuses/{one}").status_code for one in standing] == [404, 404]


def test_a_person_who_found_the_unclear_part_lets_the_rest_follow(approved, simulator):
    simulator.fault("error_after", method="POST", path="/api/v1/statuses", after=1, times=1)
    publishing.publish(approved.pk)
    Reply.objects.filter(pk=approved.pk).update(attempt=publishing.ATTEMPTS)
    until_it_rests(approved, rounds=1)
    first, second = [number for number, _text in book_of(simulator)]
    with pytest.raises(RefusedError, match="alt registrert"):
        unclear.settle_found(approved, permalink=f"https://a.example/@m/{first}", by=approved.approved_by)
    with pytest.raises(RefusedError, match="fant ikke"):
        unclear.settle_found(approved, permalink="https://a.example/@m/424242", by=approved.approved_by)
    unclear.settle_found(approved, permalink=f"https://a.example/@m/{second}", by=approved.approved_by)
    until_it_rests(approved)
    assert_all_three_stand_in_order(approved, simulator)


def test_to_approve_what_is_partly_out_once_more_is_refused_and_touches_no_part(approved, simulator, place):
    fault_on_part(simulator, 2, "status", code=503)
    publishing.publish(approved.pk)
    parts = list(approved.parts.values_list("pk", "external_id"))
    assert parts[0][1]
    with pytest.raises(moves.IllegalMoveError):
        replies.approve(Reply.objects.get(pk=approved.pk), by=place.kari)
    assert list(approved.parts.values_list("pk", "external_id")) == parts


def test_the_first_part_refused_is_an_ordinary_refusal(approved, simulator):
    fault_on_part(simulator, 1, "status", code=422)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert approved.status == ReplyStatus.REFUSED
    replies.rework(approved, by=approved.author)
    assert (approved.status, approved.parts.count()) == (ReplyStatus.DRAFT, 0)


def test_our_parts_that_come_back_in_the_thread_are_not_queued(approved, place):
    publishing.publish(approved.pk)
    pulling.pull(place.channel.pk)
    assert Comment.objects.count() == 1


def test_angre_takes_back_all_parts(approved):
    replies.recall(approved, by=approved.author)
    assert (approved.status, ReplyPart.objects.count()) == (ReplyStatus.DRAFT, 0)


def test_the_archive_has_one_reply_with_the_ids_and_texts_of_its_parts(approved, place, simulator):
    comments.sort(approved.comment, sortings=["negative"], documentation_value=True, by=place.ola)
    publishing.publish(approved.pk)
    archive_intake.follow(place.municipality.pk)
    (recorded,) = CaseRecord.objects.get().replies.all()
    book = book_of(simulator)
    assert [part["external_id"] for part in recorded.parts] == [number for number, _text in book]
    assert recorded.text == "\n\n".join(part["text"] for part in recorded.parts)
    assert recorded.text.endswith("(3/3)")


def test_a_reply_waits_for_a_channel_whose_token_cannot_be_used(approved, simulator):
    Channel.objects.filter(pk=approved.channel_id).update(token="not a\ntoken")
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert (approved.status, approved.problem) == (ReplyStatus.APPROVED, Reply.Problem.TOKEN)
    assert book_of(simulator) == []
