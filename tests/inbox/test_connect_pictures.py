"""Pictures in replies on Facebook take a right of their own: asked for when wanted, told of when it is not there."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from inbox import publishing, pulling
from inbox.actions import comments, replies
from inbox.actions.enclosing import why_no_picture
from inbox.models import Channel, Comment, Reply
from inbox.workflow import ReplyStatus
from tests.inbox.signing_in import begin, choose, give, lead, practice, way_out
from tests.pictures import answered, with_picture
from tests.simulator_server import Simulator

__all__ = ["practice"]
pytestmark = pytest.mark.django_db(transaction=True)
RIGHT = "pages_manage_posts"


def asked(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query)["scope"][0].split(",")


def test_the_right_is_asked_for_only_when_pictures_are_wanted(simulator: Simulator) -> None:
    _, kari = lead()
    assert "Vi vil kunne legge ved bilder" in kari.get(reverse("inbox:channel_add", args=["facebook"])).content.decode()
    assert "legge ved bilder" not in kari.get(reverse("inbox:channel_add", args=["instagram"])).content.decode()
    assert RIGHT not in asked(begin(kari, "facebook", simulator))
    assert RIGHT in asked(begin(kari, "facebook", simulator, with_pictures="on"))
    assert RIGHT not in asked(begin(kari, "instagram", simulator, with_pictures="on"))


def test_without_the_right_the_channel_answers_in_words_and_says_why_no_picture(simulator: Simulator) -> None:
    place, kari = lead()
    choose(kari, give(begin(kari, "facebook", simulator)))
    channel = Channel.objects.get()
    assert channel.connected_at
    assert not channel.problem
    simulator.comment(simulator.post(platform="facebook"), "Takk!")
    pulling.pull(channel.pk)
    comment = Comment.objects.get()
    assert "ikke lov til å legge ved bilder" in why_no_picture(comment, "")
    comments.sort(comment, sortings=["praise"], by=place.ola)
    page = kari.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert 'type="file"' not in page


def test_connecting_again_with_the_right_lets_a_picture_out(simulator: Simulator) -> None:
    place, kari = lead()
    choose(kari, give(begin(kari, "facebook", simulator)))
    channel = Channel.objects.get()
    page = reverse("inbox:channel_connect", args=[channel.pk])
    assert 'name="with_pictures"' in kari.get(page).content.decode()
    begun = kari.post(page, {"with_pictures": "on"})
    choose(kari, give(way_out(kari, begun.headers["Location"])))
    channel.refresh_from_db()
    assert RIGHT in channel.scopes
    assert " checked" in kari.get(page).content.decode().split('name="with_pictures"')[1].split(">")[0]
    simulator.comment(simulator.post(platform="facebook"), "Takk!")
    pulling.pull(channel.pk)
    reply = answered(with_picture(Comment.objects.get(), by=place.ola), by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    publishing.publish(reply.pk)
    assert Reply.objects.get().status == ReplyStatus.PUBLISHED


def test_a_no_to_pictures_alone_is_told_before_the_account_is_chosen(simulator: Simulator) -> None:
    _, kari = lead()
    back = give(begin(kari, "facebook", simulator, with_pictures="on"), without=[RIGHT])
    arrived = kari.get(back)
    page = kari.get(arrived.headers["Location"]).content.decode()
    assert "Du ga ikke lov til bilder i svar" in page
    assert "Mangler rettigheter" not in page


def test_a_right_that_was_taken_back_costs_the_picture_and_not_the_channel(simulator: Simulator) -> None:
    place, kari = lead()
    choose(kari, give(begin(kari, "facebook", simulator)))
    Channel.objects.update(scopes=[])  # as where the platform tells of none
    channel = Channel.objects.get()
    simulator.comment(simulator.post(platform="facebook"), "Takk!")
    pulling.pull(channel.pk)
    reply = answered(with_picture(Comment.objects.get(), by=place.ola), by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    publishing.publish(reply.pk)
    channel.refresh_from_db()
    assert Reply.objects.get().problem == Reply.Problem.PICTURE
    assert channel.problem == ""
