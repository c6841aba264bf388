"""What the scene has of channels, of what did not get in or out, and of comments that were hidden."""

from datetime import timedelta

from django.utils import timezone

from inbox import channel_state, deliveries, intake
from inbox.actions import comments, forwardings, histories, house_rules, interventions, replies, sign_ins
from inbox.actions.interventions import Order
from inbox.channels.base import AuthExpiredError, ProtocolError, Unreadable
from inbox.channels.oauth import FoundAccount, as_text
from inbox.models import Channel, Delivery, DeliveryPart, Intervention, Reply, SignIn
from inbox.workflow import InterventionStatus, ReplyStatus
from tests import cast
from tests.factories import make_comment, make_page, make_post
from tests.inbox.test_too_long import FILLER
from tests.pictures import attached


def set_channels(place: cast.Cast) -> dict[str, int]:
    """A Page whose token is dead, history being read, a delivery we could not read, what did not get in and out."""
    page = _facebook(place)
    channel_state.note_problem(page.pk, AuthExpiredError("facebook", 401, message="expired"))
    odd = ProtocolError("mastodon", 200, message="not JSON", raw=b"<html>Bad gateway</html>")
    channel_state.note_problem(place.channel.pk, odd)
    nameless = Unreadable(b'{"id": null, "content": "<p>Hei</p>"}', "a status without a usable id")
    intake.receive(place.channel, make_page(unreadable=(nameless,)), raw_page=None)
    histories.start(place.channel, by=place.kari)
    stuck = DeliveryPart.objects.create(
        delivery=deliveries.keep(b'{"object": "page", "entry": [{"id": "500", "changes": []}]}'),
        platform=page.platform,
        account_id=page.account_id,
        channel=page,
        problem=DeliveryPart.Problem.AWAY,
    )
    unknown = deliveries.keep(b'{"object": "page", "entry": [{"id": "999"}]}')
    DeliveryPart.objects.create(delivery=unknown, platform="facebook", account_id="999", problem="unknown_page")
    Delivery.objects.filter(pk=deliveries.keep(b"[]").pk).update(not_understood="no object", opened_at=timezone.now())
    asked = make_comment(place.post, "Kommer bussen?")
    comments.sort(asked, sortings=["neutral"], by=place.ola)
    late = replies.draft(asked, text="Ja, kl. 12.", by=place.ola)
    Reply.objects.filter(pk=late.pk).update(status=ReplyStatus.REFUSED, problem="text")
    return {
        "channel": place.channel.pk,
        "page": page.pk,
        "delivery": stuck.pk,
        "leave": sign_ins.begin("facebook", by=place.kari, name="Meråker på Facebook").pk,
        "choose": _came_back(place).pk,
    }


def _facebook(place: cast.Cast) -> Channel:
    return Channel.objects.create(
        municipality=place.municipality,
        platform=Channel.Platform.FACEBOOK,
        base_url="http://127.0.0.1:9/graph",
        handle="merakerkommune",
        name="Meråker på Facebook",
        token="demo",
        account_id="500",
    )


def _came_back(place: cast.Cast) -> SignIn:
    """A sign-in after which two accounts wait for a choice, one of them without all rights."""
    one = sign_ins.begin("facebook", by=place.kari, name="Enda en side")
    found = [
        FoundAccount("77", "kulturskolen", "Kulturskolen", "t", scopes=("pages_read_engagement",)),
        FoundAccount("78", "biblioteket", "Biblioteket", "t"),
    ]
    SignIn.objects.filter(pk=one.pk).update(used_at=timezone.now(), found=as_text(found))
    return SignIn.objects.get(pk=one.pk)


def set_hidden(place: cast.Cast) -> dict[str, int]:
    """Rules of the house, a comment that may be hidden, one that is, a ban, and an act that failed."""
    post = make_post(Channel.objects.get(platform="facebook"), "Ny barnehage på Fagerlia")
    house_rules.load_defaults(place.municipality)
    allows = ("hide", "delete", "ban")
    rule = house_rules.keep(code="hets", title="Hets", text="Vi skjuler hets.", allows=allows, by=place.kari)
    soon = timezone.localdate() + timedelta(days=14)
    order = Order(rule=rule, reason="Hets mot en navngitt", look_again_on=soon)
    ids = {"rule": rule.pk, "rude": make_comment(post, "Idioter hele gjengen").pk}
    hidden = make_comment(post, "Ordføreren er en idiot")
    ids["hidden"] = hidden.pk
    acts = [(hidden, "hide", InterventionStatus.CARRIED_OUT)]
    acts += [(make_comment(post, f"Drit {end}"), "ban", end) for end in ("CARRIED_OUT", "FAILED")]
    for comment, kind, end in acts:
        act = interventions.intervene(comment, kind=kind, order=order, by=place.kari)
        Intervention.objects.filter(pk=act.pk).update(status=end, problem="refused" if end == "FAILED" else "")
    hidden.hidden_at = timezone.now()
    hidden.save(update_fields=["hidden_at"])
    return ids


def set_long_words(place: cast.Cast) -> dict[str, int]:
    """A conversation with pictures, and a reply that is too long for its platform."""
    seen = make_comment(place.post, "Se på dette hullet")
    for number in range(2):
        attached(seen, position=number, alt="" if number else "Et hull i vegen")
    long = make_comment(place.post, "Hvorfor brøytes det ikke?")
    comments.sort(long, sortings=["neutral"], documentation_value=True, by=place.ola)
    forwardings.plan(long, to=place.unit, by=place.ola)
    reply = replies.draft(long, text=(FILLER * 40)[:425].strip(), by=place.ola)
    replies.insert_notice(reply, code="C5-notice", by=place.ola)
    return {"pictures": seen.pk, "long": long.pk}
