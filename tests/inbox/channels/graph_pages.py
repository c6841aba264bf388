"""What the tests of the Facebook and Instagram connectors share."""

from typing import Any

from inbox.channels.base import (
    Connector,
    Item,
    ParentRef,
)
from inbox.channels.facebook import FacebookConnector
from inbox.channels.instagram import InstagramConnector
from tests.simulator_server import Simulator

BOTH = {"facebook": FacebookConnector, "instagram": InstagramConnector}


def number(external_id: str) -> str:
    """The book's number of an id; Facebook puts another in front."""
    return external_id.rsplit("_", 1)[-1]


def numbers(items: Any) -> list[str]:
    return [number(item.external_id) for item in items]


def read_all(connector: Connector, cursor: str = "") -> tuple[list[Item], str]:
    items: list[Item] = []
    for _ in range(400):
        page = connector.pull(cursor)
        assert page.unreadable == ()
        items += page.items
        cursor = page.next_cursor
        if not page.more:
            return items, cursor
    raise AssertionError("there was no end to it")


def found_in(connector: Connector, comment: str) -> ParentRef:
    (item,) = [item for item in read_all(connector)[0] if number(item.external_id) == comment]
    return ParentRef.of(item)


def say(simulator: Simulator, parent: str, text: str = "Når kommer brøytebilen?", **more: Any) -> str:
    return simulator.comment(parent, text, mention=False, **more)
