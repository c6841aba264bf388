"""How long a reply is where it goes, and the two ways out when it is too long: numbered parts, or short notices."""

import json
from dataclasses import dataclass, replace
from typing import Any

from guidelines.duties import Duty, WordingError
from guidelines.soundness import LANGUAGES
from inbox import sealing
from inbox.channels.base import Count, ParentRef
from inbox.channels.counting import graphemes
from inbox.channels.lengths import length_on, put_in_front
from inbox.channels.splitting import CannotSplitError, numbered_parts
from inbox.models import Channel, Comment, Reply
from inbox.obligations import duties_for, notice_for, short_notice_for

NOBODY = "@… "  # stands for the name in front while the comment is sealed


@dataclass(frozen=True)
class Part:
    """One text of a reply as it will be published, with what is put in front of it (the name), and its length there."""

    number: int
    ahead: str
    text: str
    count: Count


@dataclass(frozen=True)
class Way:
    """A way out for a reply that is too long: the parts it would be published as."""

    choice: str
    parts: list[Part]
    is_chosen: bool


def length_of(reply: Reply, text: str) -> Count:
    """Return the text's length as the channel counts it, with what will stand in front (the sender's address).

    Asks no connector: a draft is counted while its channel is disconnected too. A limit of 0 is none.
    """
    return _length(reply.channel, text, parent_in(reply))


def length_in_answer_to(comment: Comment, text: str) -> Count:
    """Return the length a text would have as a reply to the comment."""
    return _length(comment.channel, text, parent_of(comment))


def length_alone(comment: Comment, text: str) -> Count:
    """Return the length without what is put in front of a reply to the comment."""
    return _length(comment.channel, text, ParentRef(""))


def _length(channel: Channel, text: str, parent: ParentRef) -> Count:
    limit = channel.reply_limit if channel.platform == channel.Platform.MASTODON else 0
    count = length_on(channel.platform, text, parent, account_id=channel.account_id, limit=limit)
    return count or Count(graphemes(text), 0)


def is_too_long(reply: Reply, text: str) -> bool:
    """Tell whether the channel would refuse the text for its length."""
    count = length_of(reply, text)
    return bool(count.limit) and count.too_long


def texts_of(reply: Reply) -> list[str]:
    """Return the texts in which the reply goes out: its own, unless it is too long and a way out was chosen.

    One that is still too long is among them when there is no way out; approving refuses it.
    """
    if not reply.too_long or not is_too_long(reply, reply.text):
        return [reply.text]
    return _texts_by(reply, reply.too_long) or [reply.text]


def ways_out(reply: Reply) -> list[Way]:
    """Return the ways out that are open for the reply as it is written; none when it fits."""
    if not is_too_long(reply, reply.text):
        return []
    found = ((choice, _texts_by(reply, choice)) for choice in Reply.TooLong.values)
    return [Way(choice, _parts(reply, texts), choice == reply.too_long) for choice, texts in found if texts]


def parts_to_show(reply: Reply) -> list[Part]:
    """Return the parts exactly as they will be published; none when the reply goes out as it is written."""
    texts = [part.text for part in reply.parts.filter(taken_down_at=None)] or texts_of(reply)
    return _parts(reply, texts) if texts != [reply.text] else []


def as_published(reply: Reply) -> list[Part]:
    """Return every text of the reply as the platform will get it: its own, or the parts it goes out in."""
    return _parts(reply, texts_of(reply))


def _parts(reply: Reply, texts: list[str]) -> list[Part]:
    channel, parent, sealed = reply.channel, parent_in(reply), reply.comment.sealed_at is not None
    return [
        Part(
            number,
            _ahead(put_in_front(channel.platform, text, parent, account_id=channel.account_id), sealed=sealed),
            text,
            length_of(reply, text),
        )
        for number, text in enumerate(texts, 1)
    ]


def _ahead(name: str, *, sealed: bool) -> str:
    return NOBODY if name and sealed else name


def _texts_by(reply: Reply, choice: str) -> list[str]:
    """Return the texts by this way out; none when it does not lead out."""
    if choice == Reply.TooLong.SHORT:
        short = _with_short_notices(reply)
        return [] if is_too_long(reply, short) else [short]
    if reply.place == Reply.Place.PRIVATE:
        return []  # one private message is all that may be sent about a comment
    parent = parent_in(reply)  # once: every try of where to cut asks for the length
    try:
        return numbered_parts(reply.text, lambda text: not _length(reply.channel, text, parent).too_long)
    except CannotSplitError:
        return []


def _with_short_notices(reply: Reply) -> str:
    """Return the text with each of the guideline's notices in its short wording, where there is one."""
    text = reply.text
    for duty in duties_for(reply.comment, reply):
        for language in LANGUAGES:
            whole, short = _wordings(duty, reply, language)
            text = text.replace(whole, short) if whole and short else text
    return text


def _wordings(duty: Duty, reply: Reply, language: str) -> tuple[str, str]:
    try:
        return notice_for(duty, reply.municipality, language), short_notice_for(duty, reply.municipality, language)
    except WordingError:
        return "", ""


def stands_under(reply: Reply) -> ParentRef:
    """Return what the reply stands under: the comment it answers, or the post where it is a comment of its own."""
    post = reply.comment.post
    parent = parent_in(reply)
    if reply.place == Reply.Place.UNDER_POST and post:
        return replace(parent, external_id=post.external_id, root_id=post.external_id, raw={})
    return parent


def parent_in(reply: Reply) -> ParentRef:
    """Return whom the reply speaks to: the sender of its comment, or nobody by name where it answers several."""
    parent = parent_of(reply.comment)
    return replace(parent, author_handle="", author_id="") if reply.is_joint else parent


def parent_of(comment: Comment) -> ParentRef:
    """Return what the platform must know of the comment that is answered; of a sealed one too: it came from there."""
    comment = sealing.opened(comment)
    return ParentRef(
        external_id=comment.external_id,
        root_id=comment.post.external_id if comment.post else None,
        author_handle=comment.author_handle,
        author_id=comment.author_external_id,
        visibility=comment.visibility,
        raw=_raw_of(comment),
    )


def _raw_of(comment: Comment) -> dict[str, Any]:
    """Return the platform's own JSON of the comment as we saw it last: it tells where in the thread it stands."""
    raws = [one.raw for one in comment.versions.all() if one.raw]
    found = json.loads(bytes(raws[-1])) if raws else {}
    return found if isinstance(found, dict) else {}
