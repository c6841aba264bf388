"""What Facebook and Instagram have in common: rounds over our posts, threads, answers, looking before a second attempt.

- No write is idempotent: `find_published` walks every answer to the parent before anything is sent again.
- Both show one level of answers: an answer to an answer is put under the comment at the top.
- Code 100 says "gone" and "not allowed" alike. Nothing is called gone before something else of ours could be read.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from inbox.channels.answers import NotAnItemError, NotJsonError, as_id, parse
from inbox.channels.base import (
    GONE,
    UNKNOWN,
    AccountProblem,
    AccountState,
    Capabilities,
    ChannelError,
    Count,
    GoneError,
    Item,
    Page,
    ParentRef,
    PermissionMissingError,
    Picture,
    ProtocolError,
    Published,
    Refreshed,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.cleaning import clean
from inbox.channels.counting import utf16_units
from inbox.channels.graph import DEFAULT_VERSION, GraphApi, following, pause_asked_for
from inbox.channels.graph_walk import Found, Round, Walk
from inbox.channels.http import Answer, ChannelSession
from inbox.channels.items import folded, refreshed
from inbox.channels.refusals import account_problem
from inbox.channels.uploading import refuse_picture

POSTS_AT_ONCE = 10
COMMENTS_AT_ONCE = 50
PAGES_OF_RECENT_POSTS = 3
NODES_AT_ONCE = 25
LONGEST_THREAD = 200  # calls
CLOCKS_APART = timedelta(minutes=5)


class GraphConnector(ABC):
    """Speaks for one account on the Graph API; the platforms say how their nodes look."""

    platform: ClassVar[str]
    posts_edge: ClassVar[str]
    post_fields: ClassVar[str]
    edge_fields: ClassVar[Mapping[str, str]]
    edge_query: ClassVar[tuple[tuple[str, str], ...]] = ()
    replies_edge: ClassVar[str]
    newest_first: ClassVar[bool]
    own_capabilities: ClassVar[Capabilities]

    def __init__(
        self,
        base_url: str,
        token: str,
        account_id: str | None = None,
        *,
        version: str = DEFAULT_VERSION,
        session: ChannelSession | None = None,
    ) -> None:
        """Take address, the Page's token, and our account's id (asked for when it is not given).

        Raises RejectedError for an address that is not used, AuthExpiredError for a token that cannot be sent.
        """
        self._api = GraphApi(session or ChannelSession(base_url, token, platform=self.platform), self.platform, version)
        self._account_id = account_id or ""

    @property
    def capabilities(self) -> Capabilities:
        """What can be done here."""
        return self.own_capabilities

    def pull(self, cursor: str) -> Page:
        """One page of a round over our posts (one call; more when the platform finds the page too large).

        The first round reads everything there ever was, later ones the latest 30 posts. Older posts, edits and
        deletions are found by `thread` and `refresh`.
        """
        before = Round.read(cursor, Walk(self.own_id(), self.posts_edge), int(time.time()))
        walk, rest = before.walks[0], before.walks[1:]
        try:
            found = self._step(walk, before.since)
        except GoneError as error:
            return self._passed_over(error, before)
        left = Round(before.since, before.began, (*found.walks, *rest))
        pause = pause_asked_for(found.answer.headers)
        return Page(tuple(found.items), str(left), bool(left.walks), found.answer.body, tuple(found.bad), pause)

    def begin(self, since: datetime) -> str:
        """The cursor for a first round over our latest posts, back to `since`; opens no connection."""
        return str(Round(0, round(since.timestamp()), ()))

    def posts(self, limit: int, before: str = "") -> Page:
        """Our latest root posts, newest first, at most 40 (one call); no posts of others."""
        query = [("fields", self.post_fields), *parse_qsl(before)]
        listed = self._api.list(f"{self.own_id()}/{self.posts_edge}", query, max(1, min(limit, 40)))
        found = Found(listed.answer)
        for piece in listed.pieces:
            found.keep(piece, lambda one: [self._post(one)])
        ours = tuple(item for item in found.items if item.own)
        pause = pause_asked_for(listed.answer.headers)
        following = urlencode(listed.following) if listed.pieces else ""
        following = "" if following == before else following
        return Page(ours, following, bool(following), listed.answer.body, tuple(found.bad), pause)

    def thread(self, root_id: str) -> Page:
        """All comments of the post the id belongs to (a call for each 50). Raises GoneError when it is not there."""
        root = self._root_of(root_id)
        found = list(self._all(Walk(root, "comments", root)))
        items = {item.external_id: item for page in found for item in page.items}
        bad = tuple(one for page in found for one in page.bad)
        raw = b"\n".join(page.answer.body for page in found)
        return Page(tuple(items.values()), "", False, raw, bad, pause_asked_for(found[-1].answer.headers))

    def refresh(self, external_ids: Sequence[str]) -> dict[str, Refreshed]:
        """How known comments look now: 25 a call, and one call for each of a group that one missing id spoiled.

        What could not be asked stays UNKNOWN; raises only when nothing at all could be learned.
        """
        return refreshed(
            external_ids,
            [one for one in dict.fromkeys(external_ids) if one and as_id(one) == one],
            NODES_AT_ONCE,
            several=self._several,
            one=self._one,
            prove_access=self._prove_access,
        )

    def publish(
        self, parent: ParentRef, text: str, key: str, language: str, *, picture: Picture | None = None
    ) -> Published:
        """Answer a comment (one call, one more for a picture). The platform knows neither `key` nor `language`.

        Look before a second attempt. An answer to an answer goes under the comment at the top: there it is shown.
        """
        body = self._written(text) | self._attached(picture)
        answer = self._api.post(self._top_of(parent), self._edge_under(parent), body)
        try:
            item = self._comment(parse(answer.body), parent.root_id or "", "")
        except (NotJsonError, NotAnItemError) as problem:
            raise UnclearError(
                self.platform, answer.status, "", answer.request_id, str(problem), answer.body
            ) from problem
        return Published(item.external_id, item.permalink, item.created_at)

    def find_published(
        self, parent: ParentRef, text: str, since: datetime, exclude_ids: Collection[str] = ()
    ) -> Published | None:
        """Our reply with this text under this parent, written after `since` (5 minutes of clock difference allowed).

        Walks every answer to the parent. Raises instead of returning None when the look was not complete, so that
        None may be followed by a second attempt.
        """
        own_id, top, wanted = self.own_id(), self._top_of(parent), folded(clean(text)[0])
        doubt: Answer | None = None
        for found in self._all(Walk(top, self._edge_under(parent), parent.root_id or "")):
            for item in found.items:
                in_time = item.created_at is None or item.created_at >= since - CLOCKS_APART
                is_ours = item.author_id in ("", own_id) and item.external_id not in exclude_ids
                if in_time and is_ours and folded(item.text) == wanted:
                    if item.author_id:
                        return Published(item.external_id, item.permalink, item.created_at)
                    doubt = found.answer  # our very words, and nobody says whose they are
            doubt = found.answer if found.bad or found.is_broken else doubt
        if doubt:
            raise self._api.not_understood(doubt, "our reply may be among what could not be read")
        return None

    def count(self, text: str, parent: ParentRef | None = None) -> Count:
        """The length in UTF-16 units, the strictest way the platforms are known to count; nothing is put in front."""
        return Count(utf16_units(clean(text)[0]), self.own_capabilities.max_length)

    def check_account(self) -> AccountState:
        """Whether the token works, for whom, and whether comments may be read (two calls). Scopes are not told."""
        try:
            account = self._who_am_i()
            account_id = as_id(account.get("id"))
            problem = AccountProblem.NONE if account_id else AccountProblem.NOT_UNDERSTOOD
            if account_id and self._account_id not in ("", account_id):
                problem = AccountProblem.WRONG_ACCOUNT
            if not problem:
                self._account_id = account_id
                self._prove_access()
        except GoneError:
            return AccountState(ok=False, problem=AccountProblem.PERMISSION_MISSING)
        except ChannelError as error:
            return AccountState(ok=False, problem=account_problem(error))
        handle, name = (clean(str(account.get(one) or ""))[0] for one in ("username", "name"))
        longest = self.own_capabilities.max_length
        return AccountState(not problem, account_id, handle, name or handle, longest, problem)

    def delete(self, external_id: str) -> None:
        """Delete a comment, ours or another's under our posts (one call). GoneError when it is not there."""
        self._api.delete(external_id)

    def own_id(self) -> str:
        """Our account's id; one call the first time if it was not given."""
        if not self._account_id:
            self._account_id = as_id(self._who_am_i().get("id"))
            if not self._account_id:
                raise ProtocolError(self.platform, message="an account without an id")
        return self._account_id

    @abstractmethod
    def hide(self, external_id: str) -> None:
        """Hide a comment from everybody but its author (one call); harmless to repeat."""

    @abstractmethod
    def unhide(self, external_id: str) -> None:
        """Show a hidden comment again (one call); harmless to repeat."""

    @abstractmethod
    def like(self, external_id: str) -> None:
        """Mark as liked; harmless to repeat."""

    @abstractmethod
    def _who_am_i(self) -> dict[str, Any]:
        """The account the token speaks for."""

    @abstractmethod
    def _post(self, raw: Any) -> Item:
        """The item of a root post."""

    @abstractmethod
    def _comment(self, raw: Any, root: str, parent: str) -> Item:
        """The item of a comment, in the thread and under the parent it was found in ("" when not known)."""

    @abstractmethod
    def _root_of(self, external_id: str) -> str:
        """The post an id belongs to."""

    @abstractmethod
    def _top_of(self, parent: ParentRef) -> str:
        """The id under which an answer to this comment is written."""

    def _edge_under(self, parent: ParentRef) -> str:
        """The list a reply is written to: the answers of a comment, or the comments of a post."""
        return self.replies_edge

    @abstractmethod
    def _written(self, text: str) -> dict[str, Any]:
        """The body of a new comment."""

    def _attached(self, picture: Picture | None) -> dict[str, Any]:
        """What a new comment says of its picture, once that is uploaded. Refused where comments carry none."""
        refuse_picture(picture, self.platform)
        return {}

    def _step(self, walk: Walk, since: int = 0) -> Found:
        """Read one page of a list, with what stands inside its pieces."""
        path = self._api.node(walk.node, walk.edge)
        is_of_posts = walk.edge == self.posts_edge
        fields = ("fields", self.edge_fields[self.posts_edge if is_of_posts else walk.edge])
        query = [fields, *walk.place] if is_of_posts else [fields, *self.edge_query, *walk.place]
        listed = self._api.list(path, query, POSTS_AT_ONCE if is_of_posts else COMMENTS_AT_ONCE)
        found = Found(listed.answer)
        for piece in listed.pieces:
            if is_of_posts:
                self._take_post(found, piece, since)
            else:
                self._take_comment(found, piece, walk)
        ids = [as_id(piece.get("id")) for piece in listed.pieces if isinstance(piece, dict)]
        ids += [item.external_id for item in found.items]
        if listed.pieces and not any(ids):
            raise self._api.not_understood(listed.answer, "a page without a single id")
        found.is_broken = walk.ends_broken(listed.following, ids)
        onwards = walk.after(listed.following, ids)
        enough = self._posts_are_old(walk, since) if is_of_posts else self._reaches_back(found.items, since)
        found.walks += [onwards] if onwards and not enough else []
        return found

    def _passed_over(self, error: GoneError, before: Round) -> Page:
        """The round goes on when a post was deleted meanwhile, or a place in a list is no longer known."""
        walk, rest = before.walks[0], before.walks[1:]
        again = walk.again()
        if not again and walk.edge == self.posts_edge:
            raise error
        left = Round(before.since, before.began, (again, *rest) if again else rest)
        return Page((), str(left), bool(left.walks), error.raw)

    def _take_post(self, found: Found, piece: Any, since: int) -> None:
        """Others' posts on our page are news, ours are not; the comments inside both are."""
        found.keep(piece, lambda one: [item for item in [self._post(one)] if not item.own])
        root = as_id(piece.get("id")) if isinstance(piece, dict) else ""
        if root:
            self._take_inside(found, piece, Walk(root, "comments", root), since)

    def _take_comment(self, found: Found, piece: Any, walk: Walk) -> None:
        parent = walk.node if walk.edge == "replies" else ""
        found.keep(piece, lambda one: [self._comment(one, walk.root, parent)])
        if walk.edge == "comments" and isinstance(piece, dict) and as_id(piece.get("id")):
            self._take_inside(found, piece, Walk(as_id(piece["id"]), "replies", walk.root), 0)

    def _take_inside(self, found: Found, piece: Mapping[str, Any], walk: Walk, since: int) -> None:
        """The first page of a list that stands inside a node."""
        inside = piece.get(walk.edge)
        pieces = inside.get("data") if isinstance(inside, dict) else None
        if not isinstance(inside, dict) or not isinstance(pieces, list):
            return
        before = len(found.items)
        for one in pieces:
            self._take_comment(found, one, walk)
        onwards = walk.after(following(inside.get("paging")), [])
        if onwards and not self._reaches_back(found.items[before:], since):
            found.walks.append(onwards)

    def _reaches_back(self, items: Iterable[Item], since: int) -> bool:
        """Whether a page that is sorted by time goes further back than the round wants."""
        return self.newest_first and any(item.created_at and item.created_at.timestamp() < since for item in items)

    def _posts_are_old(self, walk: Walk, since: int) -> bool:
        return since > 0 and walk.page + 1 >= PAGES_OF_RECENT_POSTS

    def _all(self, start: Walk) -> Iterator[Found]:
        """Every page of a list and of the lists inside it."""
        walks = [start]
        for _ in range(LONGEST_THREAD):
            walk = walks.pop(0)
            try:
                found = self._step(walk)
                walks = [*found.walks, *walks]
                yield found
            except GoneError as error:
                if walk == start:
                    raise
                if walk.begin and walk.node == start.node:
                    raise TransientError(self.platform, message="a list changed while it was read") from error
            if not walks:
                return
        raise TransientError(self.platform, message="the thread is too long to be read whole")

    def _several(self, external_ids: Sequence[str]) -> dict[str, Refreshed]:
        """What one call tells; nothing when one of the ids spoils it for all."""
        if len(external_ids) < 2:
            return {}
        query = [("ids", ",".join(external_ids)), ("fields", self.edge_fields["comments"])]
        try:
            _, told = self._api.object("", query)
        except (GoneError, RejectedError, ProtocolError, PermissionMissingError):
            return {}
        return {one: item for one in external_ids if isinstance(item := self._known(told.get(one), one), Item)}

    def _one(self, external_id: str) -> Refreshed:
        try:
            query = [("fields", self.edge_fields["comments"])]
            return self._known(self._api.object(self._api.node(external_id), query)[1], external_id)
        except GoneError:
            return GONE
        except (PermissionMissingError, RejectedError, ProtocolError):
            return UNKNOWN

    def _known(self, raw: Any, external_id: str) -> Refreshed:
        try:
            item = self._comment(raw, "", "")
        except NotAnItemError:
            return UNKNOWN
        return item if item.external_id == external_id else UNKNOWN

    def _prove_access(self) -> None:
        """Read one post and a comment under it, so that "gone" is not a missing right or a server that has moved."""
        query = [("fields", "id,comments.limit(1){id}")]
        self._api.list(f"{self.own_id()}/{self.posts_edge}", query, 1)
