"""Who answers a reply of ours stands under it, whichever was known first."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.models import CaseRecord
from inbox import pulling, queries
from inbox.actions import comments, replies
from inbox.endings import Situation, why_not_end
from inbox.models import Channel, Comment, Post, Reply
from inbox.publishing import publish
from inbox.views.thread import lines_of
from inbox.workflow import ReplyStatus
from team.models import Membership
from tests import cast
from tests.factories import make_comment, make_member
from tests.inbox.every_platform import PLATFORMS, open_channel
from tests.simulator_server import Simulator

OURS = "Bilen kommer klokka ti."
NESTS = {"bluesky", "mastodon"}


def answered(channel: Channel, simulator: Simulator, platform: str) -> tuple[Reply, Membership]:
    """Our published reply to a citizen's comment."""
    ola, kari = (make_member(channel.municipality, name, role) for name, role in (("Ola", "member"), ("Kari", "lead")))
    simulator.comment(simulator.post(platform=platform), "Takk!", author="Randi Moen")
    pulling.pull(channel.pk)
    comment = Comment.objects.get()
    comments.sort(comment, sortings=["praise"], by=ola)
    reply = replies.draft(comment, text=OURS, by=ola)
    replies.submit(reply, by=ola)
    replies.approve(reply, by=kari)
    publish(reply.pk)
    return Reply.objects.get(status=ReplyStatus.PUBLISHED), kari


def again(channel: Channel) -> None:
    Post.objects.update(thread_read_at=None)
    pulling.pull(channel.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_answer_to_our_reply_stands_under_it_in_the_conversation(
    platform: str, simulator: Simulator, client: Client
) -> None:
    channel = open_channel(simulator, platform)
    reply, kari = answered(channel, simulator, platform)
    (book,) = simulator.book("meraker", platform)
    simulator.comment(book["id"], "Hvilken vei?", author="Per Aas")
    simulator.comment(book["in_reply_to_id"], "Enig", author="Bo Li")
    again(channel)
    asked, answer = Comment.objects.get(text__endswith="Takk!"), Comment.objects.get(text__endswith="Hvilken vei?")
    assert Comment.objects.count() == 3  # our reply came back and is no comment
    assert answer.parent == asked
    assert answer.post == asked.post
    assert (answer.answered_reply == reply) is (platform in NESTS)  # elsewhere all stand under the comment at the top
    lines = [(line.message.text.split()[-1], line.depth) for line in lines_of(queries.thread_of(asked))]
    deeper = 2 if platform in NESTS else 1
    assert lines == [("Takk!", 0), ("ti.", 1), ("vei?", deeper), ("Enig", 1)]
    client.force_login(kari.user)
    page = client.get(reverse("inbox:comment", args=[answer.pk])).content.decode()
    assert page.index(OURS) < page.index("Hvilken vei?")
    assert ("svarer på svaret vårt" in page) is (platform in NESTS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("platform", sorted(NESTS))
def test_an_answer_read_before_our_reply_was_known_finds_it_when_our_reply_comes_back(
    platform: str, simulator: Simulator
) -> None:
    channel = open_channel(simulator, platform)
    reply, _ = answered(channel, simulator, platform)
    known = reply.external_id
    (book,) = simulator.book("meraker", platform)
    simulator.comment(book["id"], "Hvilken vei?", author="Per Aas")
    Reply.objects.update(status=ReplyStatus.PUBLISHING, external_id="", published_at=None)  # the answer to us was lost
    again(channel)
    answer = Comment.objects.get(text__endswith="Hvilken vei?")
    assert (answer.parent, answer.answered_reply) == (None, None)
    Reply.objects.update(status=ReplyStatus.PUBLISHED, external_id=known, published_at=timezone.now())
    again(channel)
    answer.refresh_from_db()
    assert (answer.parent, answer.answered_reply) == (reply.comment, reply)


@pytest.mark.django_db
def test_who_answers_a_part_of_our_reply_answers_us_and_not_another_citizen() -> None:
    place = cast.meraker()
    asked = make_comment(place.post, author_id="randi")
    reply = Reply.objects.create(
        municipality=place.municipality,
        channel=place.channel,
        comment=asked,
        author=place.ola,
        status=ReplyStatus.PUBLISHED,
        published_at=timezone.now(),
        external_id="part-1",
    )
    reply.parts.create(channel=place.channel, number=1, text="1/2", external_id="part-1")
    reply.parts.create(channel=place.channel, number=2, text="2/2", external_id="part-2")
    answer = make_comment(place.post, "Tull", parent_id="part-2", author_id="per")
    assert (answer.parent, answer.answered_reply) == (asked, reply)
    assert why_not_end(Situation(answer), Comment.Ending.AMONG_CITIZENS)
    beside = make_comment(place.post, "Tull", parent_id=asked.external_id, author_id="per")
    assert not Situation(answer).is_to_another_citizen
    assert Situation(beside).is_to_another_citizen


@pytest.mark.django_db
def test_the_archive_has_our_reply_between_the_question_and_the_answer_to_us() -> None:
    place = cast.meraker()
    asked = make_comment(place.post, "Når brøytes vegen?", author_id="randi")
    Reply.objects.create(
        municipality=place.municipality,
        channel=place.channel,
        comment=asked,
        author=place.ola,
        text=OURS,
        status=ReplyStatus.PUBLISHED,
        published_at=timezone.now(),
        external_id="r1",
    )
    answer = make_comment(place.post, "Det stemmer ikke, jeg vil klage", parent_id="r1", author_id="randi")
    comments.sort(answer, sortings=["case_handling"], by=place.ola)
    record = CaseRecord.objects.get(comment_id=answer.pk)
    assert [one["text"] for one in record.context] == ["Når brøytes vegen?", OURS]
