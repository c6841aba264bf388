"""What the tests of hiding, deleting and banning share: a comment that arrived, a rule, an order, an act settled."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from inbox import carrying_out, pulling
from inbox.actions import house_rules
from inbox.actions.interventions import Order
from inbox.channels.bluesky_session import sign_in
from inbox.connecting import connect
from inbox.models import Channel, Comment, HouseRule, Intervention
from tests import cast
from tests.simulator_server import TOKENS, Simulator

BASES = {"facebook": "/graph", "instagram": "/graph", "youtube": "", "bluesky": "", "mastodon": ""}
WRITES = {"facebook": "/graph", "instagram": "/graph", "youtube": "/youtube", "bluesky": "/xrpc", "mastodon": "/api"}


def rule_of(place: cast.Cast, code: str = "hets", allows: tuple[str, ...] = ("hide", "delete", "ban")) -> HouseRule:
    link = "https://www.meraker.example/regler"
    return house_rules.keep(code=code, title="Hets", text="Vi skjuler hets.", allows=allows, link=link, by=place.kari)


def order(rule: HouseRule, **more: Any) -> Order:
    day = timezone.localdate() + timedelta(days=14)
    return Order(**{"rule": rule, "reason": "Hets mot en navngitt", "look_again_on": day, **more})


def arrived(simulator: Simulator, platform: str, text: str = "Du er en idiot") -> tuple[cast.Cast, Comment]:
    """A citizen's comment on a platform, read in through its connector."""
    place = cast.meraker(simulator.url)
    token = TOKENS["meraker"]
    if platform == "bluesky":
        token = str(sign_in(simulator.url, "meraker.test", TOKENS["meraker"]))
    fields = {"platform": platform, "base_url": simulator.url + BASES[platform], "account_id": "", "token": token}
    Channel.objects.filter(pk=place.channel.pk).update(**{k: v for k, v in fields.items() if k != "token"})
    channel = Channel.objects.get(pk=place.channel.pk)
    channel.token = token
    channel.save()
    simulator.comment(simulator.post(), text)
    pulling.pull(channel.pk)
    comment = Comment.objects.select_related("channel", "municipality", "post").get(text__contains=text)
    return place, comment


def let_the_lease_end(act: Intervention) -> None:
    Intervention.objects.filter(pk=act.pk).update(lease_until=timezone.now() - timedelta(hours=1))


def settled(act: Intervention) -> Intervention:
    for _ in range(5):
        carrying_out.carry_out(act.pk)
        let_the_lease_end(act)
    act.refresh_from_db()
    return act


def hidden_there(simulator: Simulator, comment: Comment) -> list[str]:
    """What the platform hides now; Bluesky tells it by a record of ours, so its thread is read."""
    if comment.channel.platform == "bluesky":
        assert comment.post is not None
        return [one.external_id for one in connect(comment.channel).thread(comment.post.external_id) if one.hidden]
    there = simulator.acts()
    return there["hidden"] + there["held"]
