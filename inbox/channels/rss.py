"""RSS and Atom: comments on a website that offers them as a feed (RFC 4287, threads by RFC 4685). Only reading.

The address of the channel is the feed's own. A feed holds the newest entries only: what has dropped out is not gone.
"""

import json
from calendar import timegm
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, NoReturn

import feedparser

from inbox.channels import base
from inbox.channels.answers import Fields, storable
from inbox.channels.cleaning import clean
from inbox.channels.html_text import plain_text
from inbox.channels.http import Answer, ChannelSession
from inbox.channels.refusals import account_problem, error_for

PLATFORM = "rss"
CAPABILITIES = base.Capabilities(reply=False, edits_visible=True)
ASK_AGAIN_WITH = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
FEEDS = {"Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"}


class FeedConnector:
    """Reads one feed. Safe for many threads: it remembers nothing."""

    def __init__(self, base_url: str, token: str = "", account_id: str | None = None) -> None:
        """Take the feed's address, and a token if it wants one; raises RejectedError for an address not used."""
        self._session = ChannelSession(base_url, token, platform=PLATFORM)

    @property
    def capabilities(self) -> base.Capabilities:
        """A feed is for reading."""
        return CAPABILITIES

    def pull(self, cursor: str) -> base.Page:
        """The feed (one call), nothing when it is as it was. Raises ProtocolError for what is no feed."""
        answer = self._session.get("", headers=FEEDS | _conditions(cursor))
        if answer.status == 304:
            return base.Page((), cursor, False, answer.body)
        if error := error_for(answer, platform=PLATFORM, write=False):
            raise error
        feed = _parsed(answer)
        items = {item.external_id: item for entry in feed["entries"] if (item := _item(dict(entry)))}
        following = json.dumps({name: told for name in ASK_AGAIN_WITH if (told := answer.headers.get(name))})
        return base.Page(tuple(items.values()), cursor if feed["bozo"] else following, False, answer.body)

    def posts(self, limit: int) -> base.Page:
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

    publish = like = delete = refuse

    def count(self, text: str, parent: base.ParentRef | None = None) -> base.Count:
        """Every text is too long for what cannot be written to."""
        return base.Count(len(text), 0)

    def check_account(self) -> base.AccountState:
        """Whether the feed can be read (one call)."""
        try:
            self.pull("")
        except base.ChannelError as error:
            return base.AccountState(ok=False, problem=account_problem(error))
        return base.AccountState(ok=True, account_id=self._session.base_url, name=self._session.base_url)


def _conditions(cursor: str) -> dict[str, str]:
    """The headers that ask only for what is new since the answer the cursor is from."""
    told = json.loads(cursor) if cursor.startswith("{") else {}
    return {ASK_AGAIN_WITH[name]: value for name, value in told.items()}


def _parsed(answer: Answer) -> dict[str, Any]:
    feed: dict[str, Any] = {}
    with suppress(Exception):  # a foreign parser on foreign bytes
        feed = dict(feedparser.parse(BytesIO(answer.body)))  # never the text itself: it could be an address or a file
    if not feed.get("version") or (feed["bozo"] and not feed["entries"]):
        raise base.ProtocolError(PLATFORM, answer.status, message="the answer is no feed", raw=answer.body)
    return feed


def _item(entry: dict[str, Any]) -> base.Item | None:
    """The item of an entry; None for one without id, link and words."""
    told = Fields(entry, [])
    html = clean((entry.get("content") or [entry.get("summary_detail") or {}])[0].get("value") or "")[0]
    link, title, written = told.web_address("link"), told.text("title"), _time(entry.get("published_parsed"))
    words = plain_text(html).text or title
    known_by, parent = _id(told.text("id") or link or words), _id(entry.get("thr_in-reply-to", {}).get("ref", ""))
    changed = _time(entry.get("updated_parsed"))
    item = base.Item(
        PLATFORM, known_by, parent or known_by, parent or None, "", told.text("author"), "", "", words, html, True, "",
        written or changed, changed if written and changed != written else None, link, False, "public", (),
        storable(json.loads(json.dumps(entry, default=str))), cleaned=told.cleaned,
    )  # fmt: skip
    return item if known_by else None


def _time(told: Any) -> datetime | None:
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(timegm(told), UTC) if told else None
    return None


def _id(written: str) -> str:
    """An entry's own id; its fingerprint when it is too long to keep."""
    return clean(written)[0] if len(written) <= 128 else sha256(written.encode("utf-8", "replace")).hexdigest()
