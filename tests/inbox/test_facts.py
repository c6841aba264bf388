"""Wrong facts: the claim, the correction, its source; the fact bank; and what to do when we were the ones."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log, moves
from inbox import library, workflow
from inbox.actions import comments, facts, inserting, replies, templates
from inbox.actions.errors import NotAllowedError, ObligationsUnmetError, RefusedError
from inbox.models import Comment, CorrectionTask, Fact, Reply
from inbox.models.reply import is_source
from inbox.workflow import ReplyStatus, TaskStatus
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db
SOON = timedelta(days=30)


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def wrong(place: cast.Cast) -> Comment:
    comment = make_comment(place.post, "Dere bruker 4 millioner på nytt rådhus, det er vanvittig.")
    comments.sort(comment, sortings=["factual_error"], by=place.ola)
    return comment


def keep(place: cast.Cast, **fields: object) -> Fact:
    wanted = {
        "claim": "Kommunen bruker 4 millioner på nytt rådhus",
        "correction": "Rådhuset koster 1,2 millioner, og det er pengene fra forsikringen.",
        "source": "Budsjett 2027, side 14",
        "valid_until": timezone.localdate() + SOON,
        **fields,
    }
    return facts.keep(by=place.ola, **wanted)  # type: ignore[arg-type]


def client_of(member: cast.Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.mark.parametrize("text", ["Budsjett 2027", "26/118", "https://www.meraker.kommune.example/budsjett"])
def test_a_link_a_document_or_a_matter_is_a_source(text: str) -> None:
    assert is_source(text)


@pytest.mark.parametrize("text", ["", "  ", "?", "-- !", "https://", "http://tull"])
def test_what_cannot_be_found_again_is_no_source(text: str) -> None:
    assert not is_source(text)


def test_half_an_address_does_not_meet_the_duty(place: cast.Cast, wrong: Comment) -> None:
    reply = replies.draft(wrong, text="Det riktige er 1,2 millioner.", source="https://", by=place.ola)
    with pytest.raises(ObligationsUnmetError):
        replies.submit(reply, by=place.ola)


def test_a_fact_without_a_source_is_refused(place: cast.Cast) -> None:
    with pytest.raises(RefusedError, match="kilde"):
        keep(place, source=" ")


def test_the_correction_comes_into_the_draft_with_its_source_and_the_claim_is_marked(
    place: cast.Cast, wrong: Comment
) -> None:
    reply = inserting.insert_fact(wrong, keep(place), by=place.ola)
    wrong.refresh_from_db()
    assert reply.text.startswith("Rådhuset koster 1,2")
    assert reply.source == "Budsjett 2027, side 14"
    assert wrong.claim == "Kommunen bruker 4 millioner på nytt rådhus"
    replies.submit(reply, by=place.ola)


def test_an_expired_fact_is_neither_offered_nor_inserted(place: cast.Cast, wrong: Comment) -> None:
    fact = keep(place)
    assert library.facts_for(wrong) == [fact]
    Fact.objects.filter(pk=fact.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    assert library.facts_for(wrong) == []
    fact.refresh_from_db()
    with pytest.raises(RefusedError, match="utløpt"):
        inserting.insert_fact(wrong, fact, by=place.ola)


def test_the_search_finds_inflected_words_and_never_the_neighbours(place: cast.Cast) -> None:
    fact = keep(place)
    tydal = cast.tydal()
    keep(tydal, claim="Rådhus i Tydal")
    assert library.find_facts(place.municipality.pk, "rådhuset") == [fact]
    assert library.find_facts(place.municipality.pk, "svømmehall") == []
    assert library.find_facts(place.municipality.pk, "4 millioner på") == [fact]
    page = client_of(place.ola).get(reverse("inbox:facts"), {"sok": "rådhus"}).content.decode()
    assert "1,2 millioner" in page
    assert "Tydal" not in page


def test_the_claim_is_typed_or_marked_and_kept_once(place: cast.Cast, wrong: Comment) -> None:
    client = client_of(place.ola)
    assert "Påstanden" in client.get(reverse("inbox:comment", args=[wrong.pk])).content.decode()
    data = {"text": "Nei.", "version": "0", "claim": "4 millioner på nytt rådhus", "source": "Budsjett"}
    for _ in range(2):
        client.post(reverse("inbox:draft", args=[wrong.pk]), data | {"version": ""})
    wrong.refresh_from_db()
    assert wrong.claim == "4 millioner på nytt rådhus"
    assert [event.action for event in log.history(wrong)].count("comment.mark_claim") == 1


def test_a_published_correction_is_offered_to_the_bank_with_its_words(place: cast.Cast, wrong: Comment) -> None:
    facts.mark_claim(wrong, claim="4 millioner", by=place.ola)
    reply = replies.draft(wrong, text="Det er 1,2 millioner.", source="Budsjett 2027", by=place.ola)
    client = client_of(place.ola)
    assert library.answer_to_keep(wrong) is None
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    from_worker(reply)
    page = client.get(reverse("inbox:comment", args=[wrong.pk])).content.decode()
    assert f"{reverse('inbox:fact_new')}?svar={reply.pk}" in page
    form = client.get(reverse("inbox:fact_new"), {"svar": reply.pk}).content.decode()
    for words in ("4 millioner", "Det er 1,2 millioner.", "Budsjett 2027"):
        assert words in form
    data = {"claim": "4 millioner", "correction": "Det er 1,2 millioner.", "source": "Budsjett 2027"}
    assert client.post(reverse("inbox:fact_new"), data | {"valid_until": "2030-01-01"}).status_code == 302
    assert Fact.objects.get().valid_until == date(2030, 1, 1)
    wrong.refresh_from_db()
    assert library.answer_to_keep(wrong) is None


def from_worker(reply: Reply) -> None:
    """What the publisher does, without a platform."""
    moves.advance(reply, workflow.START, by=None, attempt=1)
    moves.advance(reply, workflow.PUBLISH, by=None, external_id="1", published_at=timezone.now())
    reply.comment.refresh_from_db()
    moves.advance(reply.comment, workflow.ANSWERED, by=None)
    assert reply.status == ReplyStatus.PUBLISHED


def test_we_were_wrong_makes_one_task_and_thanks_the_sender(place: cast.Cast, wrong: Comment) -> None:
    templates.load_defaults(place.municipality)
    client = client_of(place.ola)
    for _ in range(2):
        client.post(reverse("inbox:we_were_wrong", args=[wrong.pk]), {"text": "", "version": ""})
    task = CorrectionTask.objects.get()
    assert "Vi tok feil og retter innlegget." in wrong.replies.get().text
    assert [event.action for event in log.history(task)] == ["task.create"]
    with pytest.raises(NotAllowedError):
        facts.finish_task(task, by=place.ola)
    lead = client_of(place.kari)
    assert place.post.title in lead.get(reverse("inbox:tasks")).content.decode()
    lead.post(reverse("inbox:task_finish", args=[task.pk]))
    task.refresh_from_db()
    assert (task.status, task.done_by) == (TaskStatus.DONE, place.kari)
    client.post(reverse("inbox:task_reopen", args=[task.pk]))
    task.refresh_from_db()
    assert task.status == TaskStatus.OPEN


def test_the_draft_is_saved_before_the_bank_is_searched(place: cast.Cast, wrong: Comment) -> None:
    fact = keep(place)
    client = client_of(place.ola)
    data = {"text": "Hei.", "version": "0", "claim": "nytt rådhus"}
    page = client.post(reverse("inbox:seek_fact", args=[wrong.pk]), data, follow=True)
    assert fact.correction in page.content.decode()
    client.post(reverse("inbox:insert_fact", args=[wrong.pk]), {"fact": fact.pk})
    assert wrong.replies.get().text == f"Hei.\n\n{fact.correction}"
