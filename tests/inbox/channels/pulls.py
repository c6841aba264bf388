"""What the tests of every connector share: a text to send, a time before all of it, and a pull to the end."""

from datetime import UTC, datetime, timedelta

from inbox.channels.base import Connector, Item

TEXT = "Brøytebilen kommer før klokka sju."


def read_all(connector: Connector, cursor: str = "") -> tuple[list[Item], str]:
    """Everything until there is no more, and the cursor behind it."""
    items: list[Item] = []
    for _ in range(300):
        page = connector.pull(cursor)
        items += page.items
        cursor = page.next_cursor
        if not page.more:
            return items, cursor
    raise AssertionError("there was no end to it")


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)
