"""Finds, on the platform, the text of ours that a person says stands there at an address."""

from dataclasses import dataclass

from inbox.channels.base import Connector, GoneError, Item, Published
from inbox.channels.pasted import NOT_NAMED, place_in
from inbox.connecting import connect
from inbox.models import Reply, ReplyPart
from inbox.publishing import Piece, look, next_piece


@dataclass(frozen=True)
class Standing:
    """A text of ours that stands on the platform, and the text of the reply it is."""

    piece: Piece
    published: Published


def standing_at(reply: Reply, address: str) -> Standing | None:
    """Return what stands at the address, if it is ours and in the thread that was answered; else None.

    First our very text is looked for, as before a second attempt; then, for a text the platform changed, everything
    of ours in the thread. The id is the platform's own, never cut from the address. Raises ChannelError.
    """
    connector = connect(reply.channel)
    piece = next_piece(reply, connector.capabilities)
    try:
        found = look(connector, reply, piece)
    except GoneError:
        found = None
    if found and _names(address, found.external_id, found.permalink):
        return Standing(piece, found)
    named = _named_in_thread(connector, piece, address)
    return Standing(piece, Published(named.external_id, named.permalink, named.created_at)) if named else None


def is_taken(reply: Reply, external_id: str) -> bool:
    """Tell whether the id belongs to another reply of ours, or to a part that already stands."""
    others = Reply.objects.exclude(pk=reply.pk).filter(channel_id=reply.channel_id, external_id=external_id)
    parts = ReplyPart.objects.filter(channel_id=reply.channel_id, external_id=external_id)
    return others.exists() or parts.exists()


def _named_in_thread(connector: Connector, piece: Piece, address: str) -> Item | None:
    """Return the item of ours the address means: what it names last."""
    try:
        thread = connector.thread(piece.parent.root_id or piece.parent.external_id)
    except GoneError:
        return None
    ours = [item for item in thread if item.own and not item.is_post]
    named = [item for item in ours if place_in(address, item.external_id) != NOT_NAMED]
    return max(named, key=lambda item: place_in(address, item.external_id), default=None)


def _names(address: str, external_id: str, permalink: str) -> bool:
    return address.strip() == permalink or place_in(address, external_id) != NOT_NAMED
