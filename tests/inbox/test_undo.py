"""Undoing one's own last acts: the key z, and «Angre» in the message after an act.

Each act is a transaction of its own, as on the page: what was done at once is undone at once.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from audit.models import AuditEvent
from inbox.actions import comments, house_rules, replies, undo, waiting
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Comment
from inbox.workflow import CommentStatus
from team.models import Membership
from tests import cast
from tests.cast import Cast
from tests.database import owner_connection
from tests.factories import make_comment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


@pytest.fixture
def comment(place: Cast) -> Comment:
    return make_comment(place.post, "Det er glatt i Stasjonsvegen")


def fresh(comment: Comment) -> Comment:
    return Comment.objects.select_related("municipality", "assignee__user").get(pk=comment.pk)


def client_of(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def press_z(client: Client, **data: str) -> str:
    """Press the key and return the page one comes to."""
    return client.post(reverse("inbox:undo_last"), data, follow=True).content.decode()


def test_a_first_sorting_goes_back_to_unsorted(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["praise"], by=place.ola)
    assert undo.undo_last(by=place.ola).what == "sorteringen"
    after = fresh(comment)
    assert (after.status, after.sortings, after.sorted_by) == (CommentStatus.NEW, [], None)


def test_a_second_sorting_goes_back_to_the_first_with_its_answers(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["neutral"], addressed_to_us=False, by=place.mari)
    comments.sort(comment, sortings=["negative"], documentation_value=True, by=place.ola)
    undo.undo_last(by=place.ola)
    after = fresh(comment)
    assert (after.sortings, after.addressed_to_us, after.documentation_value) == (["neutral"], False, None)


def test_acts_are_undone_one_after_the_other_and_no_undoing_is_undone(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["negative"], by=place.ola)
    comments.claim(comment, by=place.ola)
    comments.flag(comment, flags=["political"], by=place.ola)
    told = [undo.undo_last(by=place.ola).what for _ in range(3)]
    assert told == ["merkingen", "at du tok kommentaren", "sorteringen"]
    after = fresh(comment)
    assert (after.status, after.assignee, after.flags) == (CommentStatus.NEW, None, [])
    with pytest.raises(RefusedError, match="ikke gjort noe"):
        undo.undo_last(by=place.ola)


def test_to_undo_is_a_new_act_in_the_log_and_the_old_one_stays(place: Cast, comment: Comment) -> None:
    comments.claim(comment, by=place.ola)
    undo.undo_last(by=place.ola)
    events = [event for event in log.history(comment) if event.actor_id]
    assert [event.action for event in events] == ["comment.claim", "comment.release", "comment.undo"]
    assert events[-1].data["undone"] == events[0].pk
    assert log.verify(place.municipality.pk).ok


def test_a_comment_put_back_is_mine_again(place: Cast, comment: Comment) -> None:
    comments.claim(comment, by=place.ola)
    comments.release(comment, by=place.ola)
    undo.undo_last(by=place.ola)
    assert fresh(comment).assignee == place.ola


def test_an_assignment_goes_back_to_who_had_it(place: Cast, comment: Comment) -> None:
    comments.claim(comment, by=place.ola)
    comments.assign(comment, to=place.mari, by=place.ola)
    undo.undo_last(by=place.ola)
    assert fresh(comment).assignee == place.ola


def test_an_assignment_of_what_nobody_had_goes_back_to_nobody(place: Cast, comment: Comment) -> None:
    comments.assign(comment, to=place.mari, by=place.ola)
    undo.undo_last(by=place.ola)
    assert fresh(comment).assignee is None


def test_flags_go_back_to_those_before(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["negative"], by=place.ola)
    comments.flag(comment, flags=["political"], by=place.mari)
    comments.flag(comment, flags=["political", "press"], by=place.ola)
    undo.undo_last(by=place.ola)
    assert fresh(comment).flags == ["political"]


def test_waiting_ends_and_a_longer_wait_is_the_shorter_again(place: Cast, comment: Comment) -> None:
    today = timezone.localdate()
    comments.sort(comment, sortings=["negative"], by=place.ola)
    waiting.wait(comment, until=today + timedelta(days=3), by=place.ola)
    waiting.wait(comment, until=today + timedelta(days=9), by=place.ola)
    undo.undo_last(by=place.ola)
    assert timezone.localdate(fresh(comment).wait_until) == today + timedelta(days=3)
    undo.undo_last(by=place.ola)
    assert (fresh(comment).status, fresh(comment).wait_until) == (CommentStatus.TO_ANSWER, None)


def test_an_ending_is_opened_again_and_what_waited_waits_again(place: Cast, comment: Comment) -> None:
    until = timezone.localdate() + timedelta(days=3)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=False, by=place.ola)
    waiting.wait(comment, until=until, reason="Vi venter på teknisk", by=place.ola)
    comments.end(comment, ending="not_to_us", by=place.ola)
    undo.undo_last(by=place.ola)
    after = fresh(comment)
    assert (after.status, after.ending, after.wait_reason) == (CommentStatus.WAITING, "", "Vi venter på teknisk")
    assert timezone.localdate(after.wait_until) == until


def test_spam_that_is_not_hidden_yet_is_not_hidden(place: Cast, comment: Comment) -> None:
    house_rules.keep(code="spam", title="Spam", text="Nei", allows=["hide"], link="", by=place.kari)
    comments.end(comment, ending="spam", by=place.ola)
    undo.undo_last(by=place.ola)
    assert fresh(comment).status == CommentStatus.NEW
    assert not comment.interventions.filter(status="PLANNED").exists()


def test_what_another_rule_hid_stays_hidden_when_spam_is_undone(place: Cast, comment: Comment) -> None:
    comments.end(comment, ending="spam", by=place.ola)
    Comment.objects.filter(pk=comment.pk).update(hidden_at=timezone.now())
    undo.undo_last(by=place.ola)
    assert fresh(comment).status == CommentStatus.NEW
    assert fresh(comment).hidden_at is not None
    assert not comment.interventions.filter(kind="unhide").exists()


def test_what_somebody_else_has_acted_on_since_stays_and_says_who(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["negative"], by=place.ola)
    comments.claim(comment, by=place.mari)
    with pytest.raises(RefusedError, match="Mari Teveldal har gjort noe"):
        undo.undo_last(by=place.ola)
    assert fresh(comment).sortings == ["negative"]


def test_a_colleagues_draft_is_somebody_acting(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["negative"], by=place.ola)
    comments.sort(comment, sortings=["praise"], by=place.ola)
    replies.draft(comment, text="Hei", by=place.mari)
    with pytest.raises(RefusedError, match="Mari Teveldal"):
        undo.undo_last(by=place.ola)


def test_only_my_own_acts_of_the_last_ten_minutes(
    place: Cast, comment: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments.sort(comment, sortings=["praise"], by=place.ola)
    with pytest.raises(RefusedError, match="ikke gjort noe"):
        undo.undo_last(by=place.mari)
    monkeypatch.setattr(undo, "LIMIT", timedelta(0))
    with pytest.raises(RefusedError, match="ikke gjort noe"):
        undo.undo_last(by=place.ola)


def test_what_i_took_back_by_hand_is_passed_over(place: Cast, comment: Comment) -> None:
    other = make_comment(place.post, "Takk")
    comments.claim(other, by=place.ola)
    comments.sort(comment, sortings=["praise"], by=place.ola)
    comments.unsort(comment, by=place.ola)
    assert undo.undo_last(by=place.ola).what == "at du tok kommentaren"


def test_an_act_that_cannot_be_undone_is_not_jumped_over(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["praise"], by=place.ola)
    reply = replies.draft(comment, text="Takk for det", by=place.ola)
    replies.submit(reply, by=place.ola)
    with pytest.raises(RefusedError, match="kan ikke angres"):
        undo.undo_last(by=place.ola)


def test_what_was_done_to_many_at_once_is_undone_at_once(place: Cast) -> None:
    rows = [make_comment(place.post, f"Takk {number}") for number in range(3)]
    ola = client_of(place.ola)
    data = {"valgte": [str(row.pk) for row in rows], "gjor": "sorter:praise", "bekreft": "ja"}
    assert 'action="/angre/"' in ola.post(reverse("inbox:several"), data, follow=True).content.decode()
    comments.claim(fresh(rows[0]), by=place.mari)
    page = press_z(ola)
    assert "Angret: sorteringen, 2 kommentarer." in page
    assert "Mari Teveldal har gjort noe" in page
    assert [fresh(row).status for row in rows] == ["TO_ANSWER", "NEW", "NEW"]


def test_the_message_after_an_act_offers_to_undo_it(place: Cast, comment: Comment) -> None:
    ola = client_of(place.ola)
    page = ola.post(reverse("inbox:claim", args=[comment.pk]), follow=True).content.decode()
    assert "Du har tatt kommentaren." in page
    assert page.count('action="/angre/"') == 2  # in the message, and for the key
    page = press_z(ola, next=reverse("inbox:comment", args=[comment.pk]))
    assert "Angret: at du tok kommentaren (Randi Moen)." in page
    assert fresh(comment).assignee is None


def test_the_queue_shows_the_comment_that_came_back(place: Cast, comment: Comment) -> None:
    ola = client_of(place.ola)
    comments.sort(comment, sortings=["praise"], by=place.ola)
    back = f"{reverse('inbox:queue', args=['nye'])}?sprak=nb&valgt=1&sortert=1"
    response = ola.post(reverse("inbox:undo_last"), {"next": back})
    assert response["Location"] == f"/ko/nye/?sprak=nb&valgt={comment.pk}"


def test_nothing_to_undo_is_said_and_writes_nothing(place: Cast) -> None:
    before = AuditEvent.objects.count()
    assert "Du har ikke gjort noe de siste 10 minuttene" in press_z(client_of(place.ola))
    assert AuditEvent.objects.count() == before


def test_only_those_who_answer_can_undo(place: Cast) -> None:
    with pytest.raises(NotAllowedError):
        undo.undo_last(by=place.arne)


class TestAfterARestore:
    """PostgreSQL counts its transactions anew in a new cluster, so two acts may bear the same number."""

    def test_an_act_of_the_old_cluster_with_the_same_number_is_another_act(self, place: Cast, comment: Comment) -> None:
        other = make_comment(place.post, "Takk")
        comments.claim(other, by=place.ola)
        comments.claim(comment, by=place.ola)
        give_same_number(other, comment, minutes_before=5)
        assert [one.pk for one in undo.undo_last(by=place.ola).outcome.done] == [comment.pk]
        assert fresh(other).assignee == place.ola
        assert [one.pk for one in undo.undo_last(by=place.ola).outcome.done] == [other.pk]

    def test_what_was_undone_there_is_not_what_is_done_here(self, place: Cast, comment: Comment) -> None:
        comments.claim(comment, by=place.ola)
        undo.undo_last(by=place.ola)
        comments.claim(fresh(comment), by=place.ola)
        give_same_number(comment, comment, minutes_before=60 * 24)
        undo.undo_last(by=place.ola)
        assert fresh(comment).assignee is None


def give_same_number(old: Comment, new: Comment, *, minutes_before: int) -> None:
    """Let the person's earlier events bear the transaction number of the newest, written so long before it."""
    newest = AuditEvent.objects.filter(subject_id=new.pk, actor_id__isnull=False).latest("pk")
    earlier = AuditEvent.objects.filter(subject_id=old.pk, actor_id__isnull=False, pk__lt=newest.pk)
    ids = list(earlier.values_list("pk", flat=True))
    assert ids
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only")
        cursor.execute(
            "UPDATE audit_event SET tx = %s::text::xid8, at = at - make_interval(mins => %s),"
            " data = CASE WHEN data ? 'undone_tx' THEN data || jsonb_build_object('undone_tx', %s) ELSE data END"
            " WHERE id = ANY(%s)",
            [newest.tx, minutes_before, newest.tx, ids],
        )
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_append_only")
