"""Svar samlet: one reviewed comment under the post, the picked ones answered when it is published and not before."""

import pytest
from django.test import Client
from django.urls import reverse

from audit import log
from audit.models import AuditEvent
from inbox.actions import bulk, comments, joint, replies, undo, waiting
from inbox.actions.errors import RefusedError
from inbox.models import Channel, Comment, JointPick, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.cast import Cast
from tests.factories import make_channel, make_comment, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


@pytest.fixture
def ola(place: Cast) -> Client:
    client = Client()
    client.force_login(place.ola.user)
    return client


def asked(place: Cast, *sortings: str, **fields: object) -> Comment:
    """A sorted comment under the cast's post."""
    comment = make_comment(fields.pop("post", place.post), **fields)  # type: ignore[arg-type]
    comments.sort(comment, sortings=sortings or ["negative"], by=place.ola)
    return comment


def together(place: Cast, *rows: Comment, text: str = "Vi brøyter før klokka ti i dag.") -> Reply:
    """A joint draft that answers the rows."""
    picking = joint.Picking(joint.post_of_most(rows), by=place.ola)
    outcome = bulk.each(rows, picking)
    assert outcome.refused == []
    assert picking.reply is not None
    return replies.draft(picking.reply.comment, text=text, by=place.ola)


def statuses(rows: list[Comment]) -> list[str]:
    return [Comment.objects.get(pk=row.pk).status for row in rows]


def refused(place: Cast, comment: Comment, post_id: int) -> str:
    with pytest.raises(RefusedError) as why:
        joint.Picking(post_id, by=place.ola)(comment)
    return str(why.value)


def ask(client: Client, rows: list[Comment], **more: str) -> object:
    data = {"valgte": [str(row.pk) for row in rows], "gjor": "svar-samlet", **more}
    return client.post(reverse("inbox:several"), data)


def test_the_preview_lists_each_and_those_refused_with_why_and_does_nothing(place: Cast, ola: Client) -> None:
    fine = [asked(place) for _ in range(2)]
    elsewhere, case = asked(place, post=make_post(place.channel)), asked(place, "case_handling")
    events = AuditEvent.objects.count()
    page = ask(ola, [*fine, elsewhere, case])
    assert [one.pk for one in page.context["outcome"].done] == [row.pk for row in fine]
    why = {one.pk: words for one, words in page.context["outcome"].refused}
    assert "annet innlegg" in why[elsewhere.pk]
    assert "Saksbehandling" in why[case.pk]
    assert (AuditEvent.objects.count(), Reply.objects.count(), JointPick.objects.count()) == (events, 0, 0)


def test_each_reason_for_being_answered_alone_is_said(place: Cast) -> None:
    taken, done, waits, drafted, new = (asked(place) for _ in range(5))
    comments.claim(taken, by=place.mari)
    comments.end(done, ending="spam", by=place.ola)
    waiting.wait(waits, until=waiting.days_to_choose()[0].day, by=place.ola)
    replies.draft(drafted, text="Hei", by=place.mari)
    comments.unsort(new, by=place.ola)
    access = asked(place)
    comments.flag(access, flags=["access_request"], by=place.ola)
    private = asked(place, visibility="direct")
    words = {
        taken: "Mari Teveldal har kommentaren",
        done: "alt besvart eller avsluttet",
        waits: "venter",
        drafted: "begynt på et eget svar",
        new: "Sorter",
        access: "Innsynskrav",
        private: "ikke offentlig",
    }
    for comment, reason in words.items():
        assert reason in refused(place, comment, place.post.pk)


def test_a_platform_that_takes_no_comment_under_the_post_says_so(place: Cast) -> None:
    channel = make_channel(place.municipality, handle="film", account_id="UC1")
    Channel.objects.filter(pk=channel.pk).update(platform="youtube")
    channel.refresh_from_db()
    comment = asked(place, post=make_post(channel))
    assert comment.post_id is not None
    assert "YouTube lar oss ikke skrive en egen kommentar" in refused(place, comment, comment.post_id)


def test_a_yes_begins_one_draft_under_the_post_with_one_event_for_each(place: Cast, ola: Client) -> None:
    rows = [asked(place) for _ in range(3)]
    response = ask(ola, rows, bekreft="ja")
    reply = Reply.objects.get()
    assert response["Location"] == reverse("inbox:comment", args=[rows[0].pk]) + "#svar"
    assert (reply.is_joint, reply.place, reply.status) == (True, "post", ReplyStatus.DRAFT)
    assert [one.pk for one in reply.answers] == [row.pk for row in rows]
    for row in rows:
        (event,) = log.history(row).filter(action="comment.join")
        assert event.data["reply"] == reply.pk


def test_the_picked_follow_the_reply_through_review(place: Cast) -> None:
    rows = [asked(place) for _ in range(3)]
    reply = together(place, *rows)
    replies.submit(reply, by=place.ola)
    assert statuses(rows) == [CommentStatus.IN_REVIEW] * 3
    replies.send_back(reply, remark="Skriv når.", by=place.kari)
    assert statuses(rows) == [CommentStatus.TO_ANSWER] * 3
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    assert statuses(rows) == [CommentStatus.GOING_OUT] * 3
    replies.recall(reply, by=place.kari)
    assert statuses(rows) == [CommentStatus.TO_ANSWER] * 3
    assert not Comment.objects.exclude(joint_reply=None).exists()


def test_giving_the_draft_up_frees_every_comment(place: Cast) -> None:
    rows = [asked(place) for _ in range(2)]
    replies.discard(together(place, *rows), by=place.ola)
    assert JointPick.objects.count() == 0
    for row in rows:
        assert "comment.leave" in [event.action for event in log.history(row)]
        assert replies.draft(row, text="Et eget svar.", by=place.ola).is_joint is False


def test_a_comment_in_a_joint_draft_gets_no_other_answer_until_it_is_taken_out(place: Cast) -> None:
    first, second = asked(place), asked(place)
    together(place, first, second)
    with pytest.raises(RefusedError, match="med i et felles svar"):
        replies.draft(second, text="Et eget svar.", by=place.mari)
    with pytest.raises(RefusedError, match="felles svar"):
        waiting.wait(second, until=waiting.days_to_choose()[0].day, by=place.ola)
    with pytest.raises(RefusedError, match="felles svar"):
        comments.unsort(second, by=place.ola)
    assert "alt med i et felles svar" in refused(place, second, place.post.pk)
    joint.take_out(second, by=place.ola)
    replies.draft(second, text="Et eget svar.", by=place.mari)


def test_ending_a_picked_comment_takes_it_out_but_not_the_one_that_carries_the_draft(place: Cast) -> None:
    first, second = asked(place), asked(place)
    reply = together(place, first, second)
    comments.end(second, ending="spam", by=place.ola)
    assert reply.also_answers == []
    with pytest.raises(RefusedError, match="Fullfør det eller forkast"):
        comments.end(first, ending="spam", by=place.ola)


def test_one_that_is_sorted_as_a_case_meanwhile_stops_the_joint_reply_by_name(place: Cast) -> None:
    first, second = asked(place), asked(place, author_name="Geir Aune")
    reply = together(place, first, second)
    comments.sort(second, sortings=["case_handling"], by=place.mari)
    with pytest.raises(RefusedError, match="Geir Aune må tas ut"):
        replies.submit(reply, by=place.ola)


def test_the_duties_of_all_must_be_met_in_the_one_text(place: Cast) -> None:
    plain, worth_keeping = asked(place), make_comment(place.post)
    comments.sort(worth_keeping, sortings=["negative"], documentation_value=True, by=place.ola)
    reply = together(place, plain, worth_keeping)
    with pytest.raises(RefusedError) as why:
        replies.submit(reply, by=place.ola)
    assert "dokumentasjonsplikt" in str(why.value).lower()


def test_no_senders_words_are_repeated_whoever_wrote_them(place: Cast) -> None:
    first = asked(place)
    second = asked(place, text="Moren min har hjerneslag og kommer ikke ut", author_name="Randi Moen")
    reply = together(place, first, second, text="Leit å høre om hjerneslag. Vi brøyter nå.")
    with pytest.raises(RefusedError, match="hjerneslag"):
        replies.submit(reply, by=place.ola)


def test_key_z_takes_the_picking_back(place: Cast) -> None:
    rows = [asked(place) for _ in range(3)]
    bulk.each(rows, joint.Picking(place.post.pk, by=place.ola))
    log.link_now()
    undone = undo.undo_last(by=place.ola)
    assert len(undone.outcome.done) in {1, 3}
    assert Reply.objects.get().status == ReplyStatus.DISCARDED
    assert JointPick.objects.count() == 0


def test_the_pages_say_what_is_joint_and_offer_the_way_out(place: Cast, ola: Client) -> None:
    first, second = asked(place, author_name="Randi Moen"), asked(place, author_name="Geir Aune")
    together(place, first, second)
    page = ola.get(reverse("inbox:comment", args=[first.pk])).content.decode()
    assert "besvarer også 1 kommentar" in page
    assert "Geir Aune" in page
    other = ola.get(reverse("inbox:comment", args=[second.pk]))
    assert other.context["composer"] is None
    assert "Med i et felles svar" in other.content.decode()
    ola.post(reverse("inbox:leave_joint", args=[second.pk]))
    assert ola.get(reverse("inbox:comment", args=[second.pk])).context["composer"] is not None
