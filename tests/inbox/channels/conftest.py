"""Fixtures for the connectors: the practice platform, and a server that answers whatever a test wants."""

from collections.abc import Iterator

import pytest

from inbox.channels.mastodon import MastodonConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.simulator_server import TOKENS, Simulator, simulator, simulator_url

__all__ = ["simulator", "simulator_url"]


@pytest.fixture
def server() -> Iterator[AnsweringServer]:
    """A server on loopback that answers what the test tells it to."""
    with AnsweringServer() as running:
        yield running


@pytest.fixture
def meraker(simulator: Simulator) -> MastodonConnector:
    """Meråker's connector to the practice platform."""
    return MastodonConnector(simulator.url, TOKENS["meraker"])
