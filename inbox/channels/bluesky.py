"""Bluesky, by the AT Protocol. docs.bsky.app/docs/category/http-reference.

What is known of the real servers, and why it is done so here:
- News come newest first and their cursor is a time the commenter chose (see `bluesky_place`); now and then one never
  comes. `thread` finds what is missing, and nothing else tells of edits and deletions.
- A record's key may be our own: `putRecord` with `swapRecord: null` writes only where nothing is. So each reply has a
  key made from ours, and a second attempt changes nothing: the server says `InvalidSwap`, we read what stands there.
- The author of the parent is told by the platform: no name is put in front.
- An edit replaces text and `cid`. The parent's `cid` in our reply names the version we answered.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from inbox.channels.answers import as_time, throttle_seconds
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
from inbox.channels.bluesky_addresses import (
    LIKE,
    POST,
    Address,
    as_address,
    as_did,
    first_own_key,
    last_own_key,
    own_key,
    post_uri,
)
from inbox.channels.bluesky_api import GET_SESSION, BlueskyApi, Keep, checked_uri, is_taken
from inbox.channels.bluesky_errors import PLATFORM, not_understood
from inbox.channels.bluesky_facets import facets_of
from inbox.channels.bluesky_gate import hide, now_text, unhide
from inbox.channels.bluesky_place import LONGEST, Place
from inbox.channels.bluesky_post import PostReader, own_record_matches, time_in, understood, uri_in
from inbox.channels.bluesky_session import Opener, Tokens
from inbox.channels.bluesky_thread import one_post, read_thread, replies_to
from inbox.channels.cleaning import clean
from inbox.channels.http import ChannelSession
from inbox.channels.internet import refused_address
from inbox.channels.items import refreshed, words
from inbox.channels.lengths import BLUESKY_GRAPHEMES, bluesky_count
from inbox.channels.refusals import account_problem

PAGE = 100
POSTS_AT_ONCE = 25
PAGES_OF_OUR_OWN = 5
CLOCKS_APART = timedelta(minutes=5)
REASONS = ("reply", "mention", "quote")
CAPABILITIES = Capabilities(
    reply=True,
    like=True,
    hide=True,
    unhide=True,
    delete_own=True,
    reply_to_post=True,
    edits_visible=True,
    idempotent_publish=True,
    reply_depth=None,
    max_length=BLUESKY_GRAPHEMES,
    picture=True,
)


class BlueskyConnector:
    """Speaks for one account on its Bluesky server. `hide` and `unhide` work under the account's own posts."""

    def __init__(
        self,
        base_url: str,
        token: str,
        account_id: str | None = None,
        *,
        keep_token: Keep | None = None,
        open_session: Opener | None = None,
    ) -> None:
        """Take the server's address, the session as `bluesky_session.sign_in` gave it, and our DID if it is known.

        `keep_token` is called with the new session whenever it was renewed (at most every two hours), from the thread
        that renewed it: store it, the old one ends. Raises RejectedError for an address that is not used,
        AuthExpiredError for a token that is no session.
        """
        if reason := refused_address(base_url):
            raise RejectedError(PLATFORM, message=f"the channel's address {reason}")
        opener = open_session or (lambda one: ChannelSession(base_url, one, platform=PLATFORM))
        self._api = BlueskyApi(opener, Tokens.read(token), account_id or "", keep_token)
        self._account_id = account_id or ""
        self._base_url = base_url

    @property
    def capabilities(self) -> Capabilities:
        """What Bluesky can do. Nobody can delete what others wrote."""
        return CAPABILITIES

    def pull(self, cursor: str) -> Page:
        """One page of replies, mentions and quotes (one call), newest first until what earlier rounds have read.

        Raises ProtocolError, with the body, for an answer that is no page.
        """
        place, reader = Place.read(cursor), self._reader()
        on = [("cursor", place.going_on)] if place.going_on else []
        query = [*(("reasons", reason) for reason in REASONS), ("limit", str(PAGE)), *on]
        answer, news, whole = self._api.several(
            "app.bsky.notification.listNotifications", query, inside="notifications"
        )
        next_page = whole.get("cursor") or ""
        if not isinstance(next_page, str) or len(next_page) > LONGEST:
            raise not_understood(answer, "a page whose cursor cannot be used")
        items, bad = understood([one for one in news if not _is_other_news(one)], answer.body, reader.item)
        following, more = place.after(_times(news), next_page if news else "")
        return Page(items, str(following), more, answer.body, bad, throttle_seconds(answer.headers))

    def begin(self, since: datetime) -> str:
        """The cursor for a first round that walks down to `since`; opens no connection."""
        return str(Place(until=since))

    def posts(self, limit: int, before: str = "") -> Page:
        """Our latest root posts, newest first, at most 100 (one call); no reposts and no answers."""
        query = [("actor", self._api.own_did()), ("filter", "posts_no_replies")]
        query += [("limit", str(max(1, min(limit, PAGE)))), *([("cursor", before)] if before else [])]
        answer, feed, whole = self._api.several("app.bsky.feed.getAuthorFeed", query, inside="feed")
        posts = [one.get("post") if isinstance(one, dict) else one for one in feed]
        items, bad = understood(posts, answer.body, self._reader().item)
        ours = tuple(item for item in items if item.is_post)[: max(1, limit)]  # a PDS adds its newest on top
        told = whole.get("cursor")
        following = told if feed and isinstance(told, str) and len(told) <= LONGEST and told != before else ""
        return Page(ours, following, bool(following), answer.body, bad, throttle_seconds(answer.headers))

    def thread(self, root_id: str) -> Page:
        """All that stands in the thread a post belongs to, its first post first: one call for a root, two for others.

        Deep branches cost a call for every 60 levels. What is deleted or blocked is left out. Raises GoneError when the
        post is not there.
        """
        tree = read_thread(self._api, checked_uri(root_id))
        reader = self._reader()
        items, bad = understood(tree.posts, tree.raw, lambda one: reader.item(one, tree.hidden))
        return Page(items, "", False, tree.raw, bad, throttle_seconds(tree.answers[-1].headers))

    def refresh(self, external_ids: Sequence[str]) -> dict[str, Refreshed]:
        """How known posts look now: 25 a call, and one call more for each that was left out of the answer.

        What could not be asked stays UNKNOWN; raises only when nothing at all could be learned.
        """
        return refreshed(
            external_ids,
            list(dict.fromkeys(one for one in external_ids if post_uri(one))),
            POSTS_AT_ONCE,
            several=self._several,
            one=self._one,
            prove_access=lambda: self._api.query(GET_SESSION),
        )

    def publish(
        self, parent: ParentRef, text: str, key: str, language: str, *, picture: Picture | None = None
    ) -> Published:
        """Answer a post once, however often it is called with this `key`.

        Two calls, one more for each name in it and for a picture. Raises GoneError when the parent is gone.
        """
        about, text = _address_of(parent.external_id), clean(text)[0]
        if not text.strip():
            raise RejectedError(PLATFORM, message="an empty text")
        record = self._record(parent, text, language) | ({"embed": self._api.embed(picture)} if picture else {})
        rkey = own_key(key, about)
        try:
            address = self._api.put(POST, rkey, record, None)
        except RejectedError as error:
            if not is_taken(error):
                raise
            return self._standing(Address(self._api.own_did(), POST, rkey), parent, text, error)
        return self._reader().published(address, time_in(record))

    def find_published(
        self, parent: ParentRef, text: str, since: datetime, exclude_ids: Collection[str] = ()
    ) -> Published | None:
        """Our reply with this text to this parent, written after `since` (5 minutes of clock difference allowed).

        Looks among our own records with keys that `publish` could have given, on the server that wrote them: they are
        there at once, also when the parent is gone. Then below the parent, for one written in another program.
        """
        about, earliest = _address_of(parent.external_id), since - CLOCKS_APART
        for raw in [*self._own_records(about), *self._replies_below(str(about))]:
            address = as_address(raw.get("uri"))
            if not address or address.did != self._api.own_did() or str(address) in exclude_ids:
                continue
            record, written = raw.get("record"), time_in(raw.get("record"))
            if own_record_matches(record, str(about), text) and (written is None or written >= earliest):
                return self._reader().published(address, written)
        return None

    def count(self, text: str, parent: ParentRef | None = None) -> Count:
        """The length in graphemes of 300; in bytes of 3,000 when those are what is too much."""
        return bluesky_count(text)

    def check_account(self) -> AccountState:
        """Whether the session works and for whom (two calls). Bluesky does not tell what an app password may do."""
        try:
            account = self._api.query(GET_SESSION)[1]
        except ChannelError as error:
            return AccountState(ok=False, problem=account_problem(error))
        did, handle = as_did(account.get("did")), words(account, "handle")
        problem = AccountProblem.NONE
        if not did:
            problem = AccountProblem.NOT_UNDERSTOOD
        elif self._account_id not in ("", did):
            problem = AccountProblem.WRONG_ACCOUNT
        elif account.get("active") is False:
            problem = AccountProblem.PERMISSION_MISSING
        return AccountState(not problem, did, handle, self._name(did) or handle, BLUESKY_GRAPHEMES, problem)

    def like(self, external_id: str) -> None:
        """Like a post (two calls); harmless to repeat."""
        uri = checked_uri(external_id)
        subject = {"uri": uri, "cid": self._present(uri)["cid"]}
        record = {"$type": LIKE, "subject": subject, "createdAt": now_text()}
        try:
            self._api.put(LIKE, own_key("like", _address_of(uri)), record, None)
        except RejectedError as error:
            if not is_taken(error):
                raise

    def delete(self, external_id: str) -> None:
        """Delete a post of ours (two calls); RejectedError for somebody else's. GoneError when it is not there."""
        address = _address_of(external_id)
        if address.did != self._api.own_did():
            raise RejectedError(PLATFORM, message="nobody can delete what others wrote")
        version = self._api.record(address)["cid"]
        where = {"repo": address.did, "collection": address.collection, "rkey": address.rkey}
        self._api.procedure("com.atproto.repo.deleteRecord", where | {"swapRecord": version})

    def hide(self, external_id: str) -> None:
        """Fold an answer under a post of ours away (three calls); harmless to repeat. Its author still sees it."""
        hide(self._api, self._own_root(external_id), external_id)

    def unhide(self, external_id: str) -> None:
        """Show a hidden answer again (three calls); harmless to repeat."""
        unhide(self._api, self._own_root(external_id), external_id)

    def _reader(self) -> PostReader:
        return PostReader(self._api.own_did(), self._base_url)

    def _several(self, uris: Sequence[str]) -> dict[str, Item]:
        answer, posts, _ = self._api.several("app.bsky.feed.getPosts", [("uris", one) for one in uris], inside="posts")
        items, _bad = understood(posts, answer.body, self._reader().item)
        return {item.external_id: item for item in items if item.external_id in uris}

    def _one(self, uri: str) -> Refreshed:
        try:
            answer, post = one_post(self._api, uri)
            items, _bad = understood([post], answer.body, self._reader().item)
            return items[0] if items and items[0].external_id == uri else UNKNOWN
        except GoneError as error:
            return GONE if error.code else UNKNOWN  # without a code it is only blocked for us
        except (PermissionMissingError, RejectedError, ProtocolError):
            return UNKNOWN

    def _present(self, uri: str) -> dict[str, Any]:
        """A post as it is now, with a usable `cid`; raises GoneError when it is not there."""
        answer, posts, _ = self._api.several("app.bsky.feed.getPosts", [("uris", uri)], inside="posts")
        for post in posts:
            if isinstance(post, dict) and post.get("uri") == uri and isinstance(post.get("cid"), str):
                return post
        answer, post = one_post(self._api, uri)
        if isinstance(post, dict) and post.get("uri") == uri and isinstance(post.get("cid"), str):
            return post
        raise not_understood(answer, "a post without a version")

    def _record(self, parent: ParentRef, text: str, language: str) -> dict[str, Any]:
        """The reply as it goes out: under the version that was read, else the one that is there now."""
        now = self._present(parent.external_id)
        known = parent.raw if parent.raw.get("uri") == parent.external_id else {}
        cid = known.get("cid") if isinstance(known.get("cid"), str) else now["cid"]
        answered = {"uri": parent.external_id, "cid": cid}
        facets = facets_of(text, lambda handle: self._did_of(handle, parent))
        return {
            "$type": POST,
            "text": text,
            "createdAt": now_text(),
            "reply": {"root": _root_reference(now.get("record")) or answered, "parent": answered},
            **({"langs": [language]} if language else {}),
            **({"facets": facets} if facets else {}),
        }

    def _did_of(self, handle: str, parent: ParentRef) -> str:
        if handle == parent.author_handle.lower().lstrip("@") and as_did(parent.author_id):
            return parent.author_id
        try:
            return as_did(self._api.query("com.atproto.identity.resolveHandle", [("handle", handle)])[1].get("did"))
        except (GoneError, RejectedError, ProtocolError):
            return ""

    def _standing(self, address: Address, parent: ParentRef, text: str, refusal: RejectedError) -> Published:
        """What an earlier attempt wrote under our key; the refusal when it is something else."""
        try:
            record = self._api.record(address)["value"]
        except ChannelError as problem:
            raise UnclearError(PLATFORM, problem.status, problem.code, problem.request_id, str(problem)) from problem
        if not own_record_matches(record, parent.external_id, text):
            raise refusal
        return self._reader().published(address, time_in(record))

    def _own_records(self, about: Address) -> list[dict[str, Any]]:
        """Our posts with keys between the first and the last that a reply to this could have."""
        own_did, lowest, cursor = self._api.own_did(), first_own_key(about), last_own_key(about)
        found: list[dict[str, Any]] = []
        for _ in range(PAGES_OF_OUR_OWN):
            query = [("repo", own_did), ("collection", POST), ("limit", str(PAGE)), ("cursor", cursor)]
            answer, records, whole = self._api.several("com.atproto.repo.listRecords", query, inside="records")
            for one in records:
                address = as_address(one.get("uri")) if isinstance(one, dict) else None
                if not address or not isinstance(one.get("value"), dict):
                    raise not_understood(answer, "our reply may be among what could not be read")
                found.append({"uri": str(address), "record": one["value"]})
                cursor = address.rkey
            if not records or not whole.get("cursor") or cursor < lowest:
                return found
        raise TransientError(PLATFORM, message="we wrote too much around that time for the look to reach back")

    def _replies_below(self, uri: str) -> list[dict[str, Any]]:
        try:
            return [one for one in replies_to(self._api, uri).posts if isinstance(one, dict)]
        except GoneError:
            return []

    def _own_root(self, external_id: str) -> Address:
        """The first post of the thread, which must be ours: only there is anything to hide."""
        uri = checked_uri(external_id)
        root = as_address(uri_in(self._present(uri).get("record"), "root"))
        if root is None or root.did != self._api.own_did():
            raise RejectedError(PLATFORM, message="only answers under our own posts can be hidden")
        return root

    def _name(self, did: str) -> str:
        """The account's name for people; "" when it is not told."""
        try:
            return words(self._api.query("app.bsky.actor.getProfile", [("actor", did)])[1], "displayName")
        except ChannelError:
            return ""


def _address_of(external_id: str) -> Address:
    address = as_address(checked_uri(external_id))
    if address is None:
        raise RejectedError(PLATFORM, message="no post can have this address")
    return address


def _root_reference(record: Any) -> dict[str, str] | None:
    """The root as the parent names it; None when the parent is the root itself."""
    uri = uri_in(record, "root")
    cid = record["reply"]["root"].get("cid") if uri else None
    return {"uri": uri, "cid": cid} if isinstance(cid, str) else None


def _is_other_news(one: Any) -> bool:
    """Whether a server that ignores `reasons` sent news of another kind; what cannot be told counts as ours."""
    reason = one.get("reason") if isinstance(one, dict) else None
    return isinstance(reason, str) and reason not in REASONS


def _times(news: Sequence[Any]) -> list[datetime]:
    read = (as_time(one.get("indexedAt"))[0] for one in news if isinstance(one, dict))
    return [moment for moment in read if moment]
