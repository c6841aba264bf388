"""RSS and Atom: comments on a website that offers them as a feed (RFC 4287, threads by RFC 4685). Only reading.
The address of the channel is the feed's own. A feed holds the newest entries only: what has dropped out is not gone.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, NoReturn

import feedparser

from inbox.channels import base
from inbox.channels.answers import Fields, NotAnItemError, storable
from inbox.channels.cleaning import clean
from inbox.channels.html_text import plain_text
from inbox.channels.http import ChannelSession
from inbox.channels.items import understood
from inbox.channels.refusals import account_problem, error_for

PLATFORM, IN_REPLY_TO = "rss", "thr_in-reply-to"
ASK_AGAIN_WITH = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
FEEDS = {"Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"}


class FeedConnector:
    """Reads one feed. Safe for many threads: it remembers nothing."""

    capabilities = base.Capabilities(reply=False, edits_visible=True)
    begin = staticmethod(lambda since: "")  # all there is: a feed holds the newest only

    def __init__(self, base_url: str, token: str = "", account_id: str | None = None) -> None:
        """Take the feed's address, and a token if it wants one; raises RejectedError for an address not used."""
        self._session = ChannelSession(base_url, token, platform=PLATFORM)

    def pull(self, cursor: str) -> base.Page:
        """The feed (one call), nothing when it is as it was. Raises ProtocolError for what is no feed."""
        answer = self._session.get("", headers=FEEDS | _conditions(cursor))
        if answer.status == 304:  # as it was
            return base.Page((), cursor, False, answer.body)
        if error := error_for(answer, platform=PLATFORM, write=False):
            raise error
        feed: dict[str, Any] = {}
        with suppress(Exception):  # a foreign parser on foreign bytes; as a file, for a text could be an address
            feed = feedparser.parse(BytesIO(answer.body))
        if not feed.get("version") or (feed["bozo"] and not feed["entries"]):
            raise base.ProtocolError(PLATFORM, answer.status, message="the answer is no feed", raw=answer.body)
        items, bad = understood(feed["entries"], answer.body, lambda entry: _item(dict(entry)))
        following = json.dumps({name: told for name in ASK_AGAIN_WITH if (told := answer.headers.get(name))})
        return base.Page(items, cursor if feed["bozo"] else following, False, answer.body, bad)

    def posts(self, limit: int, before: str = "") -> base.Page:
        """None: a feed of comments does not hold what they are about."""
        return base.Page((), "", False, b"")

    def thread(self, root_id: str) -> base.Page:
        """What the feed has now of a thread (one call)."""
        page = self.pull("")
        return base.Page(tuple(one for one in page if root_id in (one.external_id, one.parent_id)), "", False, page.raw)

    def refresh(self, external_ids: Sequence[str]) -> dict[str, base.Refreshed]:
        """How entries look now (one call); UNKNOWN when the feed does not have them any more."""
        now: dict[str, base.Refreshed] = {item.external_id: item for item in self.pull("")}
        return {one: now.get(one, base.UNKNOWN) for one in external_ids}

    def find_published(self, *_: Any, **__: Any) -> None:
        """None: nothing was ever published here."""

    def refuse(self, *_: Any, **__: Any) -> NoReturn:
        """Not possible; raises RejectedError."""
        raise base.RejectedError(PLATFORM, message="a feed can only be read")

    publish = like = delete = hide = unhide = refuse

    def count(self, text: str, parent: base.ParentRef | None = None) -> base.Count:
        """Every text is too long for a feed."""
        return base.Count(len(text), 0)

    def check_account(self) -> base.AccountState:
        """Whether the feed can be read (one call)."""
        try:
            self.pull("")
        except base.ChannelError as error:
            return base.AccountState(ok=False, problem=account_problem(error))
        return base.AccountState(ok=True, account_id=self._session.base_url, name=self._session.base_url)


def _conditions(cursor: str) -> dict[str, str]:
    with suppress(ValueError, KeyError, AttributeError):  # a damaged cursor asks for everything
        return {ASK_AGAIN_WITH[name]: str(value) for name, value in json.loads(cursor).items()}
    return {}


def _item(entry: dict[str, Any]) -> base.Item:
    told = Fields(entry, problems := list[str]())
    html = clean((entry.get("content") or [entry.get("summary_detail") or {}])[0].get("value") or "")[0]
    link, words, answers = told.web_address("link"), plain_text(html).text or told.text("title"), entry.get(IN_REPLY_TO)
    known_by = _id(told.text("id") or link or words)
    if not known_by:
        raise NotAnItemError("an entry without id, link and words")
    parent = _id(str(answers.get("ref", ""))) if isinstance(answers, dict) else ""
    written, changed = (_time(entry.get(f"{one}_parsed")) for one in ("published", "updated"))
    return base.Item(
        PLATFORM, known_by, parent or known_by, parent or None, "", told.text("author"), "", "", words, html, True, "",
        written or changed, changed if written and changed != written else None, link, False, "public", (),
        storable(json.loads(json.dumps(entry, default=str))), cleaned=told.cleaned, problems=tuple(problems),
    )  # fmt: skip


def _time(told: Any) -> datetime | None:
    with suppress(ValueError, OverflowError):
        return datetime(*told[:6], tzinfo=UTC) if told else None  # type: ignore[misc]
    return None


def _id(told: str) -> str:
    return clean(told)[0] if len(told) <= 128 else sha256(told.encode("utf-8", "replace")).hexdigest()
