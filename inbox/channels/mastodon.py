"""Mastodon, and servers that speak its client API (Takahe, GoToSocial). docs.joinmastodon.org/methods.

What is known of the real servers, and why it is done so here:
- News (`notifications`) are read upwards by `min_id`, from the very first one. The next page begins after the greatest
  id of this one: that is what `Link: rel="prev"` says on Mastodon, while Takahe's names the smallest when reading
  upwards. So the link is used only where no id can be read, and then only its `min_id`: its address is never called.
- Nothing tells of comments that do not mention us, of edits or of deletions: `thread` and `refresh` find those.
- Some servers ignore `Idempotency-Key`, so a look (`find_published`) comes before any second attempt.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from inbox.channels.answers import NotAnItemError, NotJsonError, as_id, as_time, parse, throttle_seconds
from inbox.channels.attachment_hosts import where_mastodon_keeps
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
from inbox.channels.counting import named_first
from inbox.channels.http import MEGABYTE, Answer, ChannelSession
from inbox.channels.items import published, refreshed, understood, words
from inbox.channels.lengths import MASTODON_USUAL, mastodon_count
from inbox.channels.mastodon_api import PLATFORM, WHO_AM_I, MastodonApi, account_path, not_understood, status_path
from inbox.channels.mastodon_place import Place, by_age, ids_of_link
from inbox.channels.mastodon_status import folded, status_item
from inbox.channels.refusals import account_problem

PAGE = 40
STATUSES_AT_ONCE = 20
PAGES_OF_OUR_OWN = 5
PAGES_TO_BEGIN = 50
THREAD_LIMIT = 32 * MEGABYTE  # 4,096 statuses of several kB each
CLOCKS_APART = timedelta(minutes=5)
NARROWEST = "direct"
SAME_AUDIENCE = {"public", "unlisted", "private", NARROWEST}
NEEDED_SCOPES = ("read:notifications", "read:statuses", "read:accounts", "write:statuses")
CAPABILITIES = Capabilities(
    reply=True,
    like=True,
    delete_own=True,
    edit_own=True,
    edits_visible=True,
    idempotent_publish=True,
    reply_depth=None,
    max_length=MASTODON_USUAL,
    private_reply=True,
    ban=True,
    unban=True,
    reply_to_post=True,
    picture=True,
)


class MastodonConnector:
    """Speaks for one account on one Mastodon server."""

    def __init__(
        self,
        base_url: str,
        token: str,
        account_id: str | None = None,
        *,
        max_length: int | None = None,
        session: ChannelSession | None = None,
    ) -> None:
        """Take address and token; the account's id is asked for when it is not given, the longest text is 500 then.

        Raises RejectedError for an address that is not used, AuthExpiredError for a token that cannot be sent.
        """
        self._api = MastodonApi(session or ChannelSession(base_url, token, platform=PLATFORM), account_id or "")
        self._account_id = account_id or ""
        self._max_length = max_length or MASTODON_USUAL

    @property
    def capabilities(self) -> Capabilities:
        """What Mastodon can do. Nobody can hide or delete what others wrote."""
        return CAPABILITIES

    def pull(self, cursor: str) -> Page:
        """One page of mentions (one call). Items of deeper replies have no `root_id`: only their thread tells.

        Raises ProtocolError, with the body, for an answer that is no page, or a page with nothing to go on by.
        """
        place, own_id = Place.read(cursor), self._api.own_id()
        query = [("types[]", "mention"), ("limit", str(PAGE)), ("min_id", place.begin)]
        answer, news = self._api.list("/api/v1/notifications", query)
        mentions = [one for one in news if not _is_other_news(one)]
        items, bad = understood(mentions, answer.body, lambda one: status_item(_status_of(one), own_id))
        following, more = place.after(_ids(answer, news))
        return Page(items, str(following), more, answer.body, bad, throttle_seconds(answer.headers))

    def begin(self, since: datetime) -> str:
        """The cursor just below the first mention after `since` (a call for each 40 mentions; at most 50)."""
        before: list[tuple[str, str]] = []
        place = Place.read("")
        for _ in range(PAGES_TO_BEGIN):
            query = [("types[]", "mention"), ("limit", str(PAGE)), *before]
            _, news = self._api.list("/api/v1/notifications", query)
            known = [one for one in news if isinstance(one, dict) and as_id(one.get("id"))]
            older = [as_id(one["id"]) for one in known if (at := as_time(one.get("created_at"))[0]) and at < since]
            if older:
                newest = max(older, key=by_age)
                return str(Place(False, newest, newest))
            if not known:
                return str(place)
            before = [("max_id", min((as_id(one["id"]) for one in known), key=by_age))]
        return str(place)

    def posts(self, limit: int, before: str = "") -> Page:
        """Our latest root posts, newest first, at most 40 (one call); no boosts and no answers."""
        own_id = self._api.own_id()
        query = [("exclude_replies", "true"), ("exclude_reblogs", "true"), ("limit", str(max(1, min(limit, PAGE))))]
        query += [("max_id", before)] if before else []
        answer, statuses = self._api.list(f"/api/v1/accounts/{own_id}/statuses", query)
        items, bad = understood(statuses, answer.body, self._reader())
        posts = tuple(item for item in items if item.is_post)
        ids = [as_id(one.get("id")) for one in statuses if isinstance(one, dict) and as_id(one.get("id"))]
        following = min(ids, key=by_age) if ids else ""
        following = "" if following == before else following
        return Page(posts, following, bool(following), answer.body, bad, throttle_seconds(answer.headers))

    def thread(self, root_id: str) -> Page:
        """All that stands in a thread: one call for a root, which is not in the answer itself; two for any other id.

        For another id than the root's, the root is the first item. Raises GoneError when the status is not there.
        """
        answer, above, below = self._context(root_id)
        raw = answer.body
        if above:
            root_id = as_id(above[0].get("id")) if isinstance(above[0], dict) else ""
            if not root_id:
                raise not_understood(answer, "a thread whose first post has no id")
            answer, _, below = self._context(root_id)
            below, raw = [above[0], *below], raw + b"\n" + answer.body
        items, bad = understood(below, raw, self._reader(root_id))
        return Page(items, "", False, raw, bad, throttle_seconds(answer.headers))

    def refresh(self, external_ids: Sequence[str]) -> dict[str, Refreshed]:
        """How known statuses look now: 20 a call, and one call more for each that was left out of the answer.

        What could not be asked stays UNKNOWN; raises only when nothing at all could be learned.
        """
        return refreshed(
            external_ids,
            list(dict.fromkeys(external_ids)),
            STATUSES_AT_ONCE,
            several=self._several,
            one=self._one,
            prove_access=lambda: self._api.object(WHO_AM_I),
        )

    def publish(
        self, parent: ParentRef, text: str, key: str, language: str, *, picture: Picture | None = None
    ) -> Published:
        """Answer a comment (one call; see `MastodonApi.upload`), with its author's name in front so that they are told.

        As public as the parent and never more: `direct` stays `direct`, `private` stays `private`; what we do not know
        becomes `direct`. The server forgets `key` after an hour.
        """
        status_path(parent.external_id)
        body = {
            "status": named_first(text, parent, self._api.known_id),
            "in_reply_to_id": parent.external_id,
            "visibility": parent.visibility if parent.visibility in SAME_AUDIENCE else NARROWEST,
            **({"media_ids": [self._api.upload(picture)]} if picture else {}),
        }
        answer = self._api.post(
            "/api/v1/statuses", body | ({"language": language} if language else {}), {"Idempotency-Key": key}
        )
        try:
            return published(status_item(parse(answer.body), self._account_id))
        except (NotJsonError, NotAnItemError) as problem:
            raise UnclearError(PLATFORM, answer.status, "", answer.request_id, str(problem), answer.body) from problem

    def find_published(
        self, parent: ParentRef, text: str, since: datetime, exclude_ids: Collection[str] = ()
    ) -> Published | None:
        """Our reply with this text under this parent, written after `since` (5 minutes of clock difference allowed).

        Looks in the parent's thread, then in all we wrote since then (up to 6 calls). Raises instead of returning None
        when the look was not complete, so that None may be followed by a second attempt.
        """
        earliest, wanted = since - CLOCKS_APART, folded(clean(text)[0])
        parents = {parent.external_id}
        doubt: Answer | None = None
        for answer, statuses in self._where_it_may_be(parent, earliest, parents):
            items, bad = understood(statuses, answer.body, self._reader())
            for item in items:
                is_free = item.external_id not in exclude_ids
                if is_free and _answers(item, parents, earliest) and folded(item.text) == wanted:
                    return published(item)
            doubt = answer if bad else doubt
        if doubt:
            raise not_understood(doubt, "our reply may be among what could not be read")
        return None

    def count(self, text: str, parent: ParentRef | None = None) -> Count:
        """The length as Mastodon counts it. The limit is what `check_account` learned or was given, else 500."""
        return mastodon_count(named_first(text, parent, self._api.known_id) if parent else text, self._max_length)

    def check_account(self) -> AccountState:
        """Whether the token works, for whom, and how long a text may be (three calls)."""
        try:
            account = self._api.object(WHO_AM_I)[1]
        except ChannelError as error:
            return AccountState(ok=False, problem=account_problem(error))
        server = self._server()
        self._max_length, hosts = self._longest_text(server), where_mastodon_keeps(server, account)
        account_id, scopes = as_id(account.get("id")), self._scopes()
        problem = AccountProblem.NONE
        if not account_id:
            problem = AccountProblem.NOT_UNDERSTOOD
        elif self._account_id not in ("", account_id):
            problem = AccountProblem.WRONG_ACCOUNT
        elif not _are_enough(scopes):
            problem = AccountProblem.PERMISSION_MISSING
        handle, name = words(account, "acct"), words(account, "display_name")
        return AccountState(
            not problem,
            account_id,
            handle,
            name or handle,
            self._max_length,
            problem,
            scopes,
            hosts,
        )

    def like(self, external_id: str) -> None:
        """Mark as a favourite (one call); harmless to repeat."""
        self._api.post(status_path(external_id, "favourite"), {}, {})

    def delete(self, external_id: str) -> None:
        """Delete a status of ours (one call; the server allows 30 in 30 minutes). GoneError when it is not there."""
        self._api.delete(status_path(external_id))

    def hide(self, external_id: str) -> None:
        """Not possible on Mastodon: what others wrote stands on their own server. Raises RejectedError."""
        raise RejectedError(PLATFORM, message="nobody can hide what others wrote")

    unhide = hide

    def ban(self, author_id: str, external_id: str) -> None:
        """Block the account: it neither sees nor answers ours any more (one call); harmless to repeat."""
        self._api.post(account_path(author_id, "block"), {}, {})

    def unban(self, author_id: str) -> None:
        """Take the block away (one call); harmless to repeat."""
        self._api.post(account_path(author_id, "unblock"), {}, {})

    def send_private(self, parent: ParentRef, text: str, key: str, language: str) -> Published:
        """Answer the comment so that its author alone sees it (one call): a direct mention."""
        return self.publish(replace(parent, visibility=NARROWEST), text, key, language)

    def find_private(
        self, parent: ParentRef, text: str, since: datetime, exclude_ids: Collection[str] = ()
    ) -> Published | None:
        """Our direct mention with this text; looked for as `find_published` does."""
        return self.find_published(parent, text, since, exclude_ids)

    def _reader(self, root_id: str = "") -> Callable[[Any], Item]:
        own_id = self._api.own_id()
        return lambda one: status_item(one, own_id, root_id)

    def _context(self, external_id: str) -> tuple[Answer, list[Any], list[Any]]:
        answer, tree = self._api.object(status_path(external_id, "context"), body_limit=THREAD_LIMIT)
        above, below = tree.get("ancestors"), tree.get("descendants")
        if not isinstance(above, list) or not isinstance(below, list):
            raise not_understood(answer, "a thread that is no thread")
        return answer, above, below

    def _several(self, external_ids: Sequence[str]) -> dict[str, Item]:
        """What one call tells; nothing from a server that does not know the call (before Mastodon 4.3)."""
        try:
            answer, statuses = self._api.list("/api/v1/statuses", [("id[]", one) for one in external_ids])
        except (GoneError, RejectedError, ProtocolError):
            return {}
        items, _ = understood(statuses, answer.body, self._reader())
        return {item.external_id: item for item in items if item.external_id in external_ids}

    def _one(self, external_id: str) -> Refreshed:
        try:
            item = self._reader()(self._api.json(status_path(external_id))[1])
            return item if item.external_id == external_id else UNKNOWN
        except GoneError:
            return GONE
        except (NotAnItemError, PermissionMissingError, RejectedError, ProtocolError):
            return UNKNOWN

    def _where_it_may_be(
        self, parent: ParentRef, earliest: datetime, parents: set[str]
    ) -> Iterator[tuple[Answer, list[Any]]]:
        """The parent's thread, then what we wrote. A parent that is gone is forgotten by the replies to it."""
        try:
            answer, _, below = self._context(parent.external_id)
            yield answer, below
        except GoneError:
            parents.add("")
        yield from self._ours_since(earliest)

    def _ours_since(self, earliest: datetime) -> Iterator[tuple[Answer, list[Any]]]:
        """Pages of what we wrote, newest first, until one reaches back far enough."""
        query = [("limit", str(PAGE)), ("exclude_reblogs", "true")]
        before: list[tuple[str, str]] = []
        for _ in range(PAGES_OF_OUR_OWN):
            answer, statuses = self._api.list(f"/api/v1/accounts/{self._api.own_id()}/statuses", query + before)
            yield answer, statuses
            items, _bad = understood(statuses, answer.body, self._reader())
            if not items or any(item.created_at and item.created_at < earliest for item in items):
                return
            before = [("max_id", min((item.external_id for item in items), key=by_age))]
        raise TransientError(PLATFORM, message="we wrote too much since then for the look to reach back")

    def _server(self) -> dict[str, Any]:
        """What the server tells of itself; nothing when it does not."""
        try:
            return self._api.object("/api/v2/instance")[1]
        except ChannelError:
            return {}

    def _longest_text(self, found: Any) -> int:
        """The server's limit; the one known so far when it does not say."""
        for name in ("configuration", "statuses", "max_characters"):
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, int) and 0 < found < 10**6 else self._max_length

    def _scopes(self) -> tuple[str, ...]:
        """What the app may ask for, which the token cannot exceed; empty when the server (before 4.3) does not tell."""
        try:
            told = self._api.object("/api/v1/apps/verify_credentials")[1].get("scopes")
        except ChannelError:
            return ()
        return tuple(one for one in told if isinstance(one, str)) if isinstance(told, list) else ()


def _is_other_news(one: Any) -> bool:
    """Whether a server that ignores `types[]` sent news of another kind; what cannot be told counts as a mention."""
    kind = one.get("type") if isinstance(one, dict) else None
    return isinstance(kind, str) and kind != "mention"


def _status_of(news: Any) -> Any:
    if not isinstance(news, dict):
        raise NotAnItemError("news that is no object")
    return news.get("status")


def _ids(answer: Answer, news: Sequence[Any]) -> list[str]:
    """The ids of a page of news in order of age, or the one its Link header names."""
    ids = {as_id(one.get("id")) for one in news if isinstance(one, dict)} - {""}
    found = sorted(ids, key=by_age) or ids_of_link(answer.headers.get("link", ""))
    if news and not found:
        raise not_understood(answer, "a page of news without a single id")
    return found


def _answers(item: Item, parents: Collection[str], earliest: datetime) -> bool:
    in_time = item.created_at is None or item.created_at >= earliest
    return item.own and in_time and (item.parent_id or "") in parents


def _are_enough(scopes: Collection[str]) -> bool:
    """Whether nothing we need is missing; "read" covers "read:statuses", and an empty answer tells nothing."""
    return not scopes or all(one in scopes or one.split(":")[0] in scopes for one in NEEDED_SCOPES)
