"""Deliveries brought to our door and read, for tests."""

import itertools

from django.utils import timezone

from inbox import deliveries
from inbox.models import Channel, Delivery, DeliveryPart
from tests.meta import told

times = itertools.count(1795255200)


def bring_and_read(body: bytes) -> Delivery:
    delivery = deliveries.keep(body)
    deliveries.read(delivery.pk)
    return delivery


def tell(channel: Channel, *ids: str, verb: str = "add") -> Delivery:
    """A new delivery about these comments, read at once."""
    return bring_and_read(told(*ids, page=channel.account_id, verb=verb, at=next(times)))


def try_now(delivery: Delivery) -> float:
    """Read again as if the wait were over."""
    DeliveryPart.objects.filter(delivery=delivery).update(try_after=timezone.now())
    return deliveries.read(delivery.pk)


def the_part(delivery: Delivery) -> DeliveryPart:
    return DeliveryPart.objects.get(delivery=delivery)
