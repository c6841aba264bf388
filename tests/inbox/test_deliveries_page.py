"""What was not read of what a platform told us, as its lead sees it, and reading it again."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from inbox import deliveries
from inbox.actions import deliveries as actions
from inbox.actions.errors import NotAllowedError
from inbox.models import Channel, Comment, DeliveryPart
from tests import cast
from tests.inbox.bringing import bring_and_read, tell, the_part
from tests.meta import page_channel, told
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db


def lead_page(simulator: Simulator) -> tuple[Client, Channel, cast.Cast]:
    place = cast.meraker()
    client = Client()
    client.force_login(place.kari.user)
    return client, page_channel(place.municipality, simulator), place


def test_a_lead_sees_what_was_not_read_and_reads_it_again(simulator: Simulator) -> None:
    client, channel, place = lead_page(simulator)
    post = simulator.post()
    comment = simulator.comment(post, "Hei", mention=False)
    simulator.fault("status", path="/graph", code=401)
    delivery = tell(channel, f"{post}_{comment}")
    part = the_part(delivery)
    page = client.get(reverse("inbox:deliveries")).content.decode()
    assert "Meråker kommune på Facebook" in page
    assert f"{post}_{comment}" in client.get(reverse("inbox:delivery", args=[part.pk])).content.decode()
    simulator.clear_faults()
    response = client.post(reverse("inbox:delivery_again", args=[part.pk]), follow=True)
    assert "leses på nytt" in response.content.decode()
    deliveries.read(delivery.pk)
    assert Comment.objects.exists()
    assert AuditEvent.objects.filter(action="delivery.try_again", municipality_id=place.municipality.pk).count() == 1
    assert "Alle varsler om kanalene deres er lest" in client.get(reverse("inbox:deliveries")).content.decode()


def test_trying_all_again_takes_ours_only(simulator: Simulator) -> None:
    client, channel, _ = lead_page(simulator)
    other = page_channel(cast.tydal().municipality, simulator)
    simulator.fault("status", path="/graph", code=401)
    mine, mine_too, theirs = tell(channel, "1_2"), tell(channel, "1_3"), tell(other, "1_2")
    client.post(reverse("inbox:deliveries_again"))
    assert the_part(mine).problem == the_part(mine_too).problem == ""
    assert the_part(theirs).problem != ""


def test_nobody_but_the_towns_lead_tries_again(simulator: Simulator) -> None:
    _, channel, place = lead_page(simulator)
    part = the_part(tell(channel, "1_2"))
    for member in (place.ola, place.arne, cast.tydal().kari):
        with pytest.raises(NotAllowedError):
            actions.try_again([part], by=member)


def test_a_delivery_shows_only_what_it_says_of_our_page_and_as_text(simulator: Simulator) -> None:
    client, channel, _ = lead_page(simulator)
    ours = json.loads(told("1_2", page=channel.account_id))["entry"][0]
    ours["changes"][0]["value"]["message"] = "<script>alert(1)</script> \u202e \x00"
    theirs = json.loads(told("1_3", page="777"))["entry"][0]
    theirs["changes"][0]["value"]["message"] = "Andres ord"
    simulator.fault("status", path="/graph", code=401)
    bring_and_read(json.dumps({"object": "page", "entry": [ours, theirs]}).encode())
    part = DeliveryPart.objects.get(channel=channel)
    shown = client.get(reverse("inbox:delivery", args=[part.pk])).content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    assert "Andres ord" not in shown
    listed = client.get(reverse("inbox:deliveries")).content.decode()
    assert "777" in listed
    assert "Andres ord" not in listed


def test_the_list_costs_the_same_however_long_it_is(simulator: Simulator, django_assert_max_num_queries) -> None:
    client, channel, _ = lead_page(simulator)
    for number in range(30):
        delivery = deliveries.keep(told(f"1_{number}", at=number))
        DeliveryPart.objects.create(
            delivery=delivery, platform="facebook", account_id=channel.account_id, channel=channel, problem="away"
        )
        DeliveryPart.objects.create(
            delivery=delivery, platform="facebook", account_id=str(number), problem="unknown_page"
        )
    with django_assert_max_num_queries(14) as used:
        assert client.get(reverse("inbox:deliveries")).status_code == 200
    assert not any('"body"' in query["sql"] for query in used.captured_queries)
