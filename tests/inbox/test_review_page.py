"""Review: what waits for me, what was changed from draft to draft, and on to the next without leaving the keyboard."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inbox.actions import comments, facts, inserting, replies, templates
from inbox.library import templates_for
from inbox.models import Comment, CommentVersion, Fact, Reply
from inbox.workflow import ReplyStatus
from team.models import Membership
from tests import cast
from tests.cast import Cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def waiting(place: Cast, text: str = "Takk for at du sier fra.", by: Membership | None = None) -> Reply:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    reply = replies.draft(comment, text=text, by=by or place.ola)
    replies.submit(reply, by=by or place.ola)
    return reply


def page_of(client: Client, comment: Comment) -> str:
    return client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()


def test_the_list_tells_what_waits_for_me_from_what_waits_for_others(place: Cast) -> None:
    mine, others = waiting(place, by=place.kari), waiting(place)
    page = signed_in(place.kari).get(reverse("inbox:review"))
    assert page.context["waiting"] == [others]
    assert page.context["by_others"] == [mine]
    assert signed_in(place.ola).get(reverse("inbox:review")).context["waiting"] == []


def test_approving_goes_on_to_the_next_that_waits_for_me(place: Cast) -> None:
    first, own, second = waiting(place), waiting(place, by=place.kari), waiting(place)
    kari = signed_in(place.kari)
    response = kari.post(reverse("inbox:approve", args=[first.comment_id]), {"version": first.version})
    assert response["Location"] == reverse("inbox:comment", args=[second.comment_id])
    response = kari.post(reverse("inbox:approve", args=[second.comment_id]), {"version": second.version})
    assert response["Location"] == reverse("inbox:comment", args=[second.comment_id])
    own.refresh_from_db()
    assert own.status == ReplyStatus.IN_REVIEW


def test_an_act_that_comes_too_late_is_told_and_breaks_nothing(place: Cast) -> None:
    reply = waiting(place)
    kari = signed_in(place.kari)
    address = reverse("inbox:approve", args=[reply.comment_id])
    kari.post(address)
    late = kari.post(address, follow=True)
    assert late.status_code == 200
    assert "Noen andre var først ute" in late.content.decode()
    assert reply.reviews.count() == 1
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.APPROVED


def test_the_way_back_stands_where_the_reviewer_comes_to(place: Cast) -> None:
    type(place.municipality).objects.filter(pk=place.municipality.pk).update(hold_seconds=30)
    first, second = waiting(place), waiting(place)
    kari = signed_in(place.kari)
    kari.post(reverse("inbox:approve", args=[first.comment_id]), {"version": first.version})
    page = page_of(kari, second.comment)
    assert reverse("inbox:undo", args=[first.comment_id]) in page


def test_every_earlier_draft_is_there_with_what_became_of_it(place: Cast) -> None:
    reply = waiting(place, "Vi brøyter i morgen.")
    replies.send_back(reply, remark="Når?", by=place.kari)
    replies.draft(reply.comment, text="Vi brøyter i dag.", by=place.ola)
    replies.submit(Reply.objects.get(pk=reply.pk), by=place.ola)
    client = signed_in(place.kari)
    (earlier,) = client.get(reverse("inbox:comment", args=[reply.comment_id])).context["review"]["history"]
    assert [part["text"] for part in earlier["parts"] if part["kind"] == "gone"] == ["morgen."]
    assert "1 tidligere utkast" in page_of(client, reply.comment)


def test_the_reviewer_is_told_that_the_comment_was_edited_since_the_draft(place: Cast) -> None:
    reply = waiting(place)
    kari = signed_in(place.kari)
    assert "endret kommentaren etter" not in page_of(kari, reply.comment)
    version = CommentVersion.objects.create(
        comment=reply.comment, number=2, text="Noe helt annet", content_hash="x", raw=b"{}"
    )
    CommentVersion.objects.filter(pk=version.pk).update(seen_at=timezone.now() + timedelta(seconds=5))
    assert "endret kommentaren etter" in page_of(kari, reply.comment)


def test_the_preview_shows_the_text_as_it_goes_out_with_the_name_in_front(place: Cast) -> None:
    reply = waiting(place, "Vi brøyter i dag.")
    page = signed_in(place.ola).get(reverse("inbox:preview", args=[reply.comment_id])).content.decode()
    assert "Vi brøyter i dag." in page
    assert "@randi@snabelen.example" in page
    assert place.channel.name in page


def test_a_template_for_some_channels_is_offered_there_alone(place: Cast) -> None:
    until = timezone.localdate() + timedelta(days=30)
    for name, platforms in (("Her", ["mastodon"]), ("Der", ["facebook"]), ("Alle", [])):
        one = templates.create(name=name, texts={"nb": name}, review_on=until, platforms=platforms, by=place.kari)
        templates.approve(one, by=place.kari)
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=True, by=place.ola)
    offered = {filled.version.template.name for filled in templates_for(comment)}
    assert {"Her", "Alle"} <= offered
    assert "Der" not in offered


def test_a_fact_answers_a_plain_question_too_and_counts_its_use(place: Cast) -> None:
    until = timezone.localdate() + timedelta(days=30)
    fact = facts.keep(
        claim="Åpningstid", correction="Svømmehallen åpner kl. 16.", source="Nettsiden", valid_until=until, by=place.ola
    )
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=True, by=place.ola)
    page = page_of(signed_in(place.ola), comment)
    assert 'id="fakta-sok"' in page
    reply = inserting.insert_fact(comment, fact, by=place.ola)
    comment.refresh_from_db()
    assert ("åpner kl. 16" in reply.text, comment.claim) == (True, "")
    assert Fact.objects.get().uses == 1
    assert "Brukt" in signed_in(place.ola).get(reverse("inbox:facts")).content.decode()
