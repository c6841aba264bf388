"""One act on many comments: seen before it is done, one event each, and the refused ones named."""

import pytest
from django.test import Client
from django.urls import reverse

from audit import log
from audit.models import AuditEvent
from inbox import tally
from inbox.actions import bulk, comments
from inbox.actions.errors import RefusedError
from inbox.models import Comment
from inbox.workflow import CommentStatus
from tests import cast
from tests.cast import Cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


@pytest.fixture
def ola(place: Cast) -> Client:
    client = Client()
    client.force_login(place.ola.user)
    return client


def ask(client: Client, rows: list[Comment], what: str, **more: str) -> object:
    data = {"valgte": [str(row.pk) for row in rows], "gjor": what, **more}
    return client.post(reverse("inbox:several"), data)


def statuses(rows: list[Comment]) -> list[str]:
    return [Comment.objects.get(pk=row.pk).status for row in rows]


def test_the_first_answer_only_says_what_would_happen(place: Cast, ola: Client) -> None:
    rows = [make_comment(place.post, f"Takk {number}") for number in range(3)]
    events = AuditEvent.objects.count()
    page = ask(ola, rows, "sorter:praise")
    assert [one.pk for one in page.context["outcome"].done] == [row.pk for row in rows]
    assert statuses(rows) == [CommentStatus.NEW] * 3
    assert AuditEvent.objects.count() == events
    assert tally.differences(place.municipality.pk) == {}


def test_a_yes_does_it_with_one_event_each(place: Cast, ola: Client) -> None:
    rows = [make_comment(place.post, f"Takk {number}") for number in range(3)]
    ask(ola, rows, "sorter:praise", bekreft="ja")
    assert statuses(rows) == [CommentStatus.TO_ANSWER] * 3
    for row in rows:
        assert [event.action for event in log.history(row)].count("comment.sort") == 1


def test_what_cannot_be_done_is_named_with_why_and_holds_nothing_back(place: Cast, ola: Client) -> None:
    taken, free = make_comment(place.post, "Tatt", author_name="Geir Aune"), make_comment(place.post, "Ledig")
    comments.claim(taken, by=place.mari)
    page = ask(ola, [taken, free], "ta")
    ((refused, why),) = page.context["outcome"].refused
    assert refused.pk == taken.pk
    assert "Mari" in why
    ask(ola, [taken, free], "ta", bekreft="ja")
    assert Comment.objects.get(pk=free.pk).assignee == place.ola
    assert Comment.objects.get(pk=taken.pk).assignee == place.mari


def test_an_ending_must_be_lawful_for_each(place: Cast, ola: Client) -> None:
    neutral, negative = make_comment(place.post, "Se her, Per"), make_comment(place.post, "Elendig")
    comments.sort(neutral, sortings=["neutral"], addressed_to_us=False, by=place.ola)
    comments.sort(negative, sortings=["negative"], by=place.ola)
    ask(ola, [neutral, negative], "avslutt:not_to_us", bekreft="ja")
    assert statuses([neutral, negative]) == [CommentStatus.DONE, CommentStatus.TO_ANSWER]


def test_a_colleague_gets_all_of_them(place: Cast, ola: Client) -> None:
    rows = [make_comment(place.post) for _ in range(2)]
    ask(ola, rows, f"tildel:{place.mari.pk}", bekreft="ja")
    assert {Comment.objects.get(pk=row.pk).assignee for row in rows} == {place.mari}


@pytest.mark.parametrize(
    "what", ["", "vås", "sorter:", "sorter:publish", "avslutt:hidden_by_rule", "tildel:x", "tildel:999999", "publiser"]
)
def test_nothing_but_the_known_acts_is_done(place: Cast, ola: Client, what: str) -> None:
    row = make_comment(place.post)
    response = ask(ola, [row], what, bekreft="ja")
    assert response.status_code == 302
    assert statuses([row]) == [CommentStatus.NEW]


def test_another_municipalitys_comments_are_left_out(place: Cast, ola: Client) -> None:
    foreign = make_comment(cast.tydal().post)
    ask(ola, [foreign, make_comment(place.post)], "sorter:praise", bekreft="ja")
    assert statuses([foreign]) == [CommentStatus.NEW]


def test_none_or_too_many_are_refused_with_words(place: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RefusedError, match="minst"):
        bulk.each([], lambda one: None)
    monkeypatch.setattr(bulk, "MOST", 1)
    with pytest.raises(RefusedError, match="høyst 1"):
        bulk.each([make_comment(place.post), make_comment(place.post)], lambda one: None)
