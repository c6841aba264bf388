"""What the tests of the YouTube connector write on the practice platform, and how its ids are read."""

from inbox.channels.base import (
    Item,
    ParentRef,
)
from inbox.channels.youtube import YoutubeConnector
from simulator.dialects.youtube_shapes import comment_id, film_id
from tests.simulator_server import Simulator

COMMENTS, THREADS = "/youtube/v3/comments", "/youtube/v3/commentThreads"


def film(post: str) -> str:
    return film_id(int(post))


def top(written: str) -> str:
    return comment_id(int(written))


def answer_id(written: str, above: str) -> str:
    return comment_id(int(written), int(above))


def say(simulator: Simulator, parent: str, text: str = "Når kommer brøytebilen?") -> str:
    return simulator.comment(parent, text, mention=False)


def parent_of(connector: YoutubeConnector, comment: str) -> ParentRef:
    (found,) = connector.refresh([comment]).values()
    assert isinstance(found, Item)
    return ParentRef.of(found)
