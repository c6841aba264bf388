"""Reading deliveries: what they name is fetched from the practice Page and taken in, whatever they say themselves."""

import itertools
import json
import random
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from audit import log
from audit.models import AuditEvent
from inbox import deliveries, intake
from inbox.models import Channel, Comment, Delivery, DeliveryPart, Post, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.inbox.bringing import bring_and_read, tell, the_part, times, try_now
from tests.meta import page_channel, told
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(simulator: Simulator) -> Channel:
    return page_channel(cast.meraker().municipality, simulator)


def test_a_new_comment_is_fetched_with_its_post_and_the_words_of_the_delivery_are_not_used(
    channel: Channel, simulator: Simulator
) -> None:
    post = simulator.post("Vi brøyter i natt.")
    comment = simulator.comment(post, "Når kommer bilen?", mention=False)
    lie = json.loads(told(f"{post}_{comment}", page=channel.account_id))
    lie["entry"][0]["changes"][0]["value"]["message"] = "Noe helt annet"
    delivery = bring_and_read(json.dumps(lie).encode())
    row = Comment.objects.get()
    assert (row.external_id, row.text, row.status) == (f"{post}_{comment}", "Når kommer bilen?", CommentStatus.NEW)
    assert row.post is not None
    assert row.post.text == "Vi brøyter i natt."
    assert the_part(delivery).read_at is not None
    assert deliveries.unread_deliveries(channel) == 0


def test_an_answer_to_a_comment_finds_its_parent_in_whatever_order_they_come(
    channel: Channel, simulator: Simulator
) -> None:
    post = simulator.post()
    top = simulator.comment(post, "Spørsmål", mention=False)
    answer = simulator.comment(top, "Enig", mention=False)
    tell(channel, f"{post}_{answer}")
    tell(channel, f"{post}_{top}")
    assert Comment.objects.get(text="Enig").parent == Comment.objects.get(text="Spørsmål")


def test_an_edit_is_a_version_and_a_removal_a_tombstone_only_when_the_platform_says_so(
    channel: Channel, simulator: Simulator
) -> None:
    post = simulator.post()
    edited, removed, kept = (simulator.comment(post, text, mention=False) for text in ("Før", "Borte", "Blir"))
    ids = [f"{post}_{one}" for one in (edited, removed, kept)]
    tell(channel, *ids)
    simulator.edit(edited, "Etter")
    simulator.delete(removed)
    tell(channel, ids[0], verb="edited")
    tell(channel, ids[1], ids[2], verb="remove")
    assert [one.text for one in Comment.objects.get(external_id=ids[0]).versions.all()] == ["Før", "Etter"]
    gone = Comment.objects.get(external_id=ids[1])
    assert gone.deleted_at is not None
    assert gone.text == "Borte"
    assert Comment.objects.get(external_id=ids[2]).deleted_at is None


def test_hiding_and_showing_again_are_seen_and_keep_the_comment_as_it_is(
    channel: Channel, simulator: Simulator
) -> None:
    post = simulator.post()
    comment = f"{post}_{simulator.comment(post, 'Hei', mention=False)}"
    tell(channel, comment)
    for verb, hidden in (("hide", True), ("unhide", False)):
        simulator.api("POST", f"/graph/v26.0/{comment}", json={"is_hidden": hidden})
        assert the_part(tell(channel, comment, verb=verb)).read_at is not None
        row = Comment.objects.get()
        assert (row.hidden_at is not None) is hidden
    assert [one.action for one in log.history(row)].count("comment.seen_shown") == 1
    assert (row.status, row.deleted_at, row.versions.count()) == (CommentStatus.NEW, None, 1)


def test_instagram_tells_of_comments_too(simulator: Simulator) -> None:
    place = cast.meraker()
    channel = page_channel(place.municipality, simulator, platform=Channel.Platform.INSTAGRAM)
    post = simulator.post("Bilde fra torget")
    comment = simulator.comment(post, "Fint!", mention=False)
    value = {"id": comment, "text": "?", "media": {"id": post}}
    entry = {"id": channel.account_id, "time": 1, "changes": [{"field": "comments", "value": value}]}
    bring_and_read(json.dumps({"object": "instagram", "entry": [entry]}).encode())
    assert Comment.objects.get().text == "Fint!"
    assert Post.objects.get(channel=channel).text == "Bilde fra torget"


def test_one_delivery_for_two_towns_is_taken_apart_and_each_gets_its_own(
    channel: Channel, simulator: Simulator
) -> None:
    other = page_channel(cast.tydal().municipality, simulator)
    entries = []
    for owner, account in ((channel, "meraker"), (other, "tydal")):
        post = simulator.post(account=account)
        comments = [simulator.comment(post, f"{account} {number}", mention=False) for number in range(30)]
        body = json.loads(told(*(f"{post}_{one}" for one in comments), page=owner.account_id))
        entries += body["entry"]
    bring_and_read(json.dumps({"object": "page", "entry": entries}).encode())
    for owner, account in ((channel, "meraker"), (other, "tydal")):
        texts = set(Comment.objects.filter(channel=owner).values_list("text", flat=True))
        assert texts == {f"{account} {number}" for number in range(30)}


def test_five_times_each_in_any_order_gives_the_same_comments_as_once(channel: Channel, simulator: Simulator) -> None:
    post = simulator.post()
    chance = random.Random(7)
    bodies = []
    for number in range(12):
        comment = simulator.comment(post, f"Kommentar {number}", mention=False)
        verbs = ("add", "edited", "remove")[: 1 + number % 3]
        bodies += [told(f"{post}_{comment}", page=channel.account_id, verb=verb, at=next(times)) for verb in verbs]
        if number % 3:
            simulator.edit(comment, f"Rettet {number}")
        if number % 3 == 2:
            simulator.delete(comment)
    bodies *= 5
    chance.shuffle(bodies)
    for body in bodies:
        bring_and_read(body)
    for _ in range(2):
        for delivery in Delivery.objects.all():
            try_now(delivery)
    expected = {one["text"] for one in simulator.comments("meraker") if not one["deleted_at"]}
    assert set(Comment.objects.values_list("text", flat=True)) == expected
    assert all(comment.versions.count() == 1 for comment in Comment.objects.all())
    assert Delivery.objects.count() == 24
    assert set(Delivery.objects.values_list("repeats", flat=True)) == {4}
    assert not DeliveryPart.objects.filter(read_at=None).exists()
    assert AuditEvent.objects.filter(action="comment.receive").count() == len(expected)


def test_a_comment_that_the_platform_does_not_show_yet_is_looked_for_again(
    channel: Channel, simulator: Simulator
) -> None:
    post = simulator.post()
    simulator.fault("read_lag", path=f"/graph/v26.0/{post}_", ms=60_000, times=1)
    delivery = tell(channel, f"{post}_{simulator.comment(post, 'Ny', mention=False)}")
    assert not Comment.objects.exists()
    assert the_part(delivery).read_at is None
    assert try_now(delivery) == 0
    assert Comment.objects.get().text == "Ny"


def test_our_own_reply_is_matched_also_when_it_is_told_before_we_have_written_its_id_down(
    simulator: Simulator,
) -> None:
    place = cast.meraker()
    channel = page_channel(place.municipality, simulator)
    post = simulator.post()
    asked = f"{post}_{simulator.comment(post, 'Når?', mention=False)}"
    tell(channel, asked)
    comment = Comment.objects.get()
    reply = Reply.objects.create(
        municipality=place.municipality,
        channel=channel,
        comment=comment,
        author=place.ola,
        text="I morgen",
        status=ReplyStatus.PUBLISHING,
    )
    answer = simulator.api("POST", f"/graph/v26.0/{asked}/comments", json={"message": "I morgen"}).json()["id"]
    delivery = tell(channel, answer)
    assert Comment.objects.count() == 1  # held back: the publishing worker has not settled yet
    Reply.objects.filter(pk=reply.pk).update(external_id=answer)
    try_now(delivery)
    assert the_part(delivery).read_at is not None
    assert Comment.objects.get() == comment


def test_what_the_town_wrote_on_the_platform_itself_is_never_queued(channel: Channel, simulator: Simulator) -> None:
    post = simulator.post()
    asked = f"{post}_{simulator.comment(post, 'Når?', mention=False)}"
    answer = simulator.api("POST", f"/graph/v26.0/{asked}/comments", json={"message": "I morgen"}).json()["id"]
    tell(channel, answer, asked)
    assert Comment.objects.get(external_id=answer).status == CommentStatus.OURS


def test_an_unknown_page_is_counted_and_read_once_its_channel_is_connected(
    channel: Channel, simulator: Simulator
) -> None:
    post = simulator.post()
    body = told(f"{post}_{simulator.comment(post, 'Hei', mention=False)}", page=channel.account_id)
    Channel.objects.filter(pk=channel.pk).update(account_id="")
    delivery = bring_and_read(body)
    (page,) = deliveries.unknown_pages()
    assert (page.platform, page.account_id, page.count) == ("facebook", channel.account_id, 1)
    assert deliveries.due_deliveries() == []
    Channel.objects.filter(pk=channel.pk).update(account_id=channel.account_id)
    assert deliveries.due_deliveries() == [delivery.pk]
    deliveries.read(delivery.pk)
    assert Comment.objects.get().text == "Hei"
    assert deliveries.unknown_pages() == []


def test_a_platform_that_is_away_is_asked_three_times_and_then_a_person_is_told(
    channel: Channel, simulator: Simulator
) -> None:
    simulator.fault("status", path="/graph", code=500)
    delivery = tell(channel, "1_2")
    waits = [try_now(delivery), try_now(delivery), try_now(delivery)]
    part = the_part(delivery)
    assert (part.attempts, part.problem) == (3, DeliveryPart.Problem.AWAY)
    assert waits[0] > 0
    assert waits[1:] == [0, 0]
    assert deliveries.unread_deliveries(channel) == deliveries.unread_deliveries(channel.municipality) == 1
    assert deliveries.due_deliveries() == []


def test_a_dead_token_is_told_at_once(channel: Channel) -> None:
    channel.token = "utlopt"
    channel.save()
    assert the_part(tell(channel, "1_2")).problem == DeliveryPart.Problem.TOKEN


def test_while_the_platform_asks_us_to_wait_no_attempt_is_used_up(channel: Channel, simulator: Simulator) -> None:
    refusal = {"error": {"message": "(#32) Page request limit reached", "type": "OAuthException", "code": 32}}
    simulator.fault("status", path="/graph", code=403, body=refusal, times=5)
    post = simulator.post()
    delivery = tell(channel, f"{post}_{simulator.comment(post, 'Hei', mention=False)}")
    for _ in range(4):
        assert try_now(delivery) >= 30
        assert the_part(delivery).attempts == 0
    assert try_now(delivery) == 0
    assert Comment.objects.exists()


def test_a_poison_delivery_ends_visibly_after_three_tries(channel: Channel, simulator: Simulator) -> None:
    post = simulator.post()
    comment = f"{post}_{simulator.comment(post, 'Hei', mention=False)}"
    with patch.object(intake, "receive", side_effect=RuntimeError("a mistake of ours")):
        with pytest.raises(RuntimeError):
            tell(channel, comment)
        delivery = Delivery.objects.get()
        for _ in range(2):
            with pytest.raises(RuntimeError):
                try_now(delivery)
        assert try_now(delivery) == 0
    assert the_part(delivery).problem == DeliveryPart.Problem.STUCK
    assert deliveries.due_deliveries() == []


def test_a_delivery_that_kills_its_opener_ends_visibly_after_three_tries() -> None:
    delivery = deliveries.keep(b'{"object": "page"}')
    with patch.object(deliveries, "parse_webhook", side_effect=MemoryError):
        for _ in range(3):
            with pytest.raises(MemoryError):
                deliveries.read(delivery.pk)
            assert deliveries.due_deliveries() == []  # its time has not come
            Delivery.objects.update(try_after=timezone.now())
            assert deliveries.due_deliveries() == [delivery.pk]
        deliveries.read(delivery.pk)
    assert [one.pk for one in deliveries.not_understood()] == [delivery.pk]
    assert deliveries.due_deliveries() == []


def test_a_worker_that_has_it_is_not_disturbed_and_one_that_died_is_followed(
    channel: Channel, simulator: Simulator
) -> None:
    post = simulator.post()
    delivery = deliveries.keep(told(f"{post}_{simulator.comment(post, 'Hei', mention=False)}", page=channel.account_id))
    with patch.object(deliveries, "_fetch", side_effect=SystemExit), pytest.raises(SystemExit):
        deliveries.read(delivery.pk)  # died on the way
    deliveries.read(delivery.pk)
    assert not Comment.objects.exists()
    assert deliveries.due_deliveries() == []
    DeliveryPart.objects.update(try_after=timezone.now() - timedelta(seconds=1))
    assert deliveries.due_deliveries() == [delivery.pk]
    deliveries.read(delivery.pk)
    assert Comment.objects.get().text == "Hei"


def test_an_attempt_goes_on_where_the_last_one_ended(channel: Channel, simulator: Simulator) -> None:
    post = simulator.post()
    ids = [f"{post}_{simulator.comment(post, f'K{number}', mention=False)}" for number in range(60)]
    with patch.object(deliveries, "AT_ONCE", 20):
        real, calls = intake.receive, itertools.count()

        def fails_at_the_third(*args: object, **named: object) -> intake.Received:
            if next(calls) >= 3:
                raise RuntimeError
            return real(*args, **named)  # type: ignore[arg-type]

        with patch.object(intake, "receive", fails_at_the_third), pytest.raises(RuntimeError):
            tell(channel, *ids)
        assert the_part(Delivery.objects.get()).left == ids[40:]
        try_now(Delivery.objects.get())
    assert Comment.objects.count() == 60


def test_old_deliveries_are_forgotten_and_the_comments_stay(channel: Channel, simulator: Simulator) -> None:
    post = simulator.post()
    delivery = tell(channel, f"{post}_{simulator.comment(post, 'Hei', mention=False)}")
    assert deliveries.forget() == 0
    Delivery.objects.filter(pk=delivery.pk).update(received_at=timezone.now() - timedelta(days=31))
    assert deliveries.forget() == 1
    assert Comment.objects.exists()
    assert not DeliveryPart.objects.exists()
