"""YouTube, Data API v3. developers.google.com/youtube/v3/docs; facts from Google's discovery document 20261104.

What is known of YouTube, and why it is done so here:
- Threads of comments under all our films come in one list, newest first, with no way to ask for what is new. A round
  reads down to the first known thread (`youtube_place`). Answers do not lift their thread: its number of answers does
  change, and then they are read. Old threads are re-read by `thread`.
- There is one level of answers: an answer to an answer is put under the top-level comment. A comment's film is the post
  it belongs to; the answers' own list does not name it.
- Every call costs of 10,000 units a day: 1 to read, 50 to write. `quota` counts them; the last 500 are for replies.
- To hide is to hold for review. A held comment may be left out when asked for by id: it is looked for among the held
  ones before it counts as gone, and so are those YouTube itself keeps back.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

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
    Picture,
    Published,
    RateLimitedError,
    Refreshed,
    RejectedError,
    UnclearError,
    Unreadable,
)
from inbox.channels.cleaning import clean
from inbox.channels.counting import utf16_units
from inbox.channels.http import Answer, ChannelSession
from inbox.channels.items import folded, has_item, published, understood, words
from inbox.channels.lengths import UTF16_LIMITS
from inbox.channels.refusals import account_problem
from inbox.channels.uploading import refuse_picture
from inbox.channels.youtube_api import BAD_PAGE, COMMENTS_ARE_OFF, PLATFORM, YoutubeApi, not_understood
from inbox.channels.youtube_items import (
    WEB,
    Thread,
    at,
    comment_counts,
    comment_id,
    comment_item,
    film_item,
    is_film,
    thread_of,
    threads_of,
    top_of,
)
from inbox.channels.youtube_place import Place
from inbox.channels.youtube_quota import DailyQuota

PAGE = "100"
FILMS_A_PAGE = 50
COMMENTS_AT_ONCE = 20  # the size of a page when it may not be asked for, as with ids
LONGEST = UTF16_LIMITS[PLATFORM]
CLOCKS_APART = timedelta(minutes=5)
HOLD, SHOW = "heldForReview", "published"
KEPT_BACK = (HOLD, "likelySpam", "rejected")
PLAIN = ("textFormat", "plainText")
CAPABILITIES = Capabilities(
    reply=True,
    hide=True,
    unhide=True,
    delete_own=True,
    edit_own=True,
    edits_visible=True,
    reply_depth=1,
    max_length=LONGEST,
    ban=True,
)


class YoutubeConnector:
    """Speaks for one YouTube channel, with an access token that others keep fresh."""

    def __init__(
        self,
        base_url: str,
        token: str,
        account_id: str | None = None,
        *,
        quota: DailyQuota | None = None,
        session: ChannelSession | None = None,
    ) -> None:
        """Take address, access token, and our channel's id (asked for when not given); `quota` may be shared.

        Raises RejectedError for an address that is not used, AuthExpiredError for a token that cannot be sent.
        """
        session = session or ChannelSession(base_url, token, platform=PLATFORM)
        self._api = YoutubeApi(session, account_id or "", quota or DailyQuota())
        self._account_id = account_id or ""
        self._web = base_url.rstrip("/") if base_url.startswith("http://") else WEB  # only loopback is without TLS

    @property
    def capabilities(self) -> Capabilities:
        """What YouTube can do. Nobody can like through the API, or delete what others wrote."""
        return CAPABILITIES

    @property
    def quota(self) -> DailyQuota:
        """The units our calls have cost today."""
        return self._api.quota

    def pull(self, cursor: str) -> Page:
        """One page of threads, or of one thread's answers (one call, one unit).

        Raises ProtocolError, with the body, for an answer that is no page.
        """
        self._leave_enough_for_replies()
        place, own_id = Place.read(cursor), self._api.own_id()
        return self._pull_answers(place, own_id) if place.waiting else self._pull_threads(place, own_id)

    def begin(self, since: datetime) -> str:
        """The cursor for a first round that reads threads down to `since`; opens no connection."""
        return str(Place(since=since.timestamp()))

    def posts(self, limit: int, before: str = "") -> Page:
        """Our latest films, newest first, at most 50, with their counts (two calls, one more the first time)."""
        self._leave_enough_for_replies()
        own_id, most = self._api.own_id(), str(max(1, min(limit, FILMS_A_PAGE)))
        query = [("part", "snippet,contentDetails,status"), ("playlistId", self._api.uploads()), ("maxResults", most)]
        query += [("pageToken", before)] if before else []
        try:
            answer, following, films = self._api.page("playlistItems", query)
        except GoneError:
            return Page((), "", False, b"")  # a channel without a film has no list of films
        items, bad = understood(films, answer.body, lambda one: film_item(one, own_id))
        return self._read(self._counted(items), [answer], bad, following, following not in ("", before))

    def _counted(self, films: Sequence[Item]) -> list[Item]:
        """The films with how many comments YouTube counts on each; without when it does not tell."""
        ids = ",".join(one.external_id for one in films)
        _, _, told = self._api.page("videos", [("part", "statistics"), ("id", ids)]) if ids else (None, "", [])
        counts = comment_counts(told)
        return [replace(one, comment_count=counts.get(one.external_id)) for one in films]

    def _leave_enough_for_replies(self) -> None:
        """Reading stops while what is left of the day's units is kept for replies."""
        if self.quota.rest:
            raise RateLimitedError(PLATFORM, message="the rest is kept for replies", retry_after=self.quota.rest)

    def thread(self, root_id: str) -> Page:
        """All comments under a film, or under the film a comment belongs to, which then is the first item.

        One call a hundred threads, and at least one more for each thread whose answers did not all come along.
        """
        self._leave_enough_for_replies()
        if is_film(root_id):
            return self._film_threads(("videoId", root_id), root_id)
        top = top_of(_checked(root_id))
        answer, _, threads = self._api.page("commentThreads", [("part", "snippet"), ("id", top), PLAIN])
        found, _ = understood(threads, answer.body, lambda one: thread_of(one, self._api.own_id()).top)
        if not found:
            raise GoneError(PLATFORM, answer.status, message="there is no such thread", raw=answer.body)
        film = found[0].root_id
        if not is_film(film):
            return self._film_threads(("id", top), "")
        first, page = self._film(film), self._film_threads(("videoId", film), film)
        return Page(
            (*first.items, *page.items), "", False, first.raw + b"\n" + page.raw, page.unreadable, self.quota.rest
        )

    def refresh(self, external_ids: Sequence[str]) -> dict[str, Refreshed]:
        """How known comments look now: 20 a call, and three or more for those kept back when any is missing.

        What could not be asked stays UNKNOWN; raises only when nothing at all could be learned.
        """
        found: dict[str, Refreshed] = dict.fromkeys(external_ids, UNKNOWN)
        askable = [one for one in external_ids if comment_id(one)]
        try:
            for start in range(0, len(askable), COMMENTS_AT_ONCE):
                found |= self._several(askable[start : start + COMMENTS_AT_ONCE])
            missing = [one for one, answer in found.items() if answer is GONE]
            found |= self._held_among(missing) if missing else {}
        except ChannelError:
            if not has_item(found):
                raise
            found = {one: UNKNOWN if answer is GONE else answer for one, answer in found.items()}
        return found

    def publish(
        self, parent: ParentRef, text: str, key: str, language: str, *, picture: Picture | None = None
    ) -> Published:
        """Answer a comment (one call, 50 units), under its top-level comment. Key and language are not used."""
        refuse_picture(picture, PLATFORM)
        snippet = {"parentId": top_of(_checked(parent.external_id)), "textOriginal": clean(text)[0]}
        answer = self._api.write("POST", "comments", [("part", "snippet")], {"snippet": snippet})
        try:
            item = comment_item(parse(answer.body), self._account_id, parent.root_id or "")
        except (NotJsonError, NotAnItemError) as problem:
            raise UnclearError(PLATFORM, answer.status, "", answer.request_id, str(problem), answer.body) from problem
        return published(at(item, self._web))

    def find_published(
        self, parent: ParentRef, text: str, since: datetime, exclude_ids: Collection[str] = ()
    ) -> Published | None:
        """Our answer with this text under this comment, written after `since` (5 minutes of clock difference allowed).

        Reads all answers of the thread (one call a hundred). Raises instead of returning None when the look was not
        complete, so that None may be followed by a second attempt; GoneError when the whole thread is gone.
        """
        top, own_id = top_of(_checked(parent.external_id)), self._api.own_id()
        earliest, wanted = since - CLOCKS_APART, folded(clean(text)[0])
        doubt: Answer | None = None
        is_empty = True
        for answer, answers in self._api.pages("comments", _answers_of(top)):
            items, bad = understood(answers, answer.body, lambda one: comment_item(one, own_id, parent.root_id or ""))
            for item in items:
                in_time = item.created_at is None or item.created_at >= earliest
                if item.own and in_time and item.external_id not in exclude_ids and folded(item.text) == wanted:
                    return published(at(item, self._web))
            doubt, is_empty = answer if bad else doubt, is_empty and not answers
        if doubt:
            raise not_understood(doubt, "our reply may be among what could not be read")
        if is_empty and self.refresh([top])[top] is GONE:
            raise GoneError(PLATFORM, message="the comment that was answered is not there any more")
        return None

    def count(self, text: str, parent: ParentRef | None = None) -> Count:
        """The length in UTF-16 units: the longest way a page could count, as YouTube does not document its own."""
        return Count(utf16_units(clean(text)[0].strip()), LONGEST)

    def check_account(self) -> AccountState:
        """Whether the token works, and for which channel (one call). Its rights are not told."""
        try:
            _, channel = self._api.own_channel("snippet")
        except ChannelError as error:
            return AccountState(ok=False, problem=account_problem(error))
        channel_id = as_id(channel.get("id"))
        problem = AccountProblem.NONE if channel_id else AccountProblem.NOT_UNDERSTOOD
        if channel_id and self._account_id not in ("", channel_id):
            problem = AccountProblem.WRONG_ACCOUNT
        about = channel["snippet"] if isinstance(channel.get("snippet"), dict) else {}
        handle, name = words(about, "customUrl").lstrip("@"), words(about, "title")
        return AccountState(not problem, channel_id, handle, name or handle, LONGEST, problem)

    def like(self, external_id: str) -> None:
        """Not possible: the Data API rates films, never comments. Raises RejectedError; opens no connection."""
        raise RejectedError(PLATFORM, message="YouTube lets nobody like a comment through its API")

    def delete(self, external_id: str) -> None:
        """Delete a comment of ours (one call, 50 units). GoneError when it is not there any more."""
        self._api.write("DELETE", "comments", [("id", _checked(external_id))])

    def hide(self, external_id: str) -> None:
        """Hold a comment for review: its author alone sees it (one call, 50 units); harmless to repeat."""
        self._moderate(external_id, HOLD)

    def unhide(self, external_id: str) -> None:
        """Let a held comment stand again (one call, 50 units); harmless to repeat."""
        self._moderate(external_id, SHOW)

    def ban(self, author_id: str, external_id: str) -> None:
        """Reject the comment and shut its author out of the channel (one call, 50 units); harmless to repeat."""
        self._moderate(external_id, "rejected", ("banAuthor", "true"))

    def unban(self, author_id: str) -> None:
        """Not possible: only a person can, in YouTube Studio. Raises RejectedError; opens no connection."""
        raise RejectedError(PLATFORM, message="nobody can be let in again through the API")

    def _moderate(self, external_id: str, status: str, *more: tuple[str, str]) -> None:
        query = [("id", _checked(external_id)), ("moderationStatus", status), *more]
        self._api.write("POST", "comments/setModerationStatus", query)

    def _pull_threads(self, place: Place, own_id: str) -> Page:
        query = [("part", "snippet,replies"), ("allThreadsRelatedToChannelId", own_id), ("order", "time")]
        query += [("maxResults", PAGE), PLAIN, *([("pageToken", place.page)] if place.page else [])]
        try:
            answer, following, pieces = self._api.page("commentThreads", query)
        except RejectedError as error:
            if error.code != BAD_PAGE or not place.page:
                raise
            return Page((), str(place.from_the_top()), False, error.raw)
        threads, items, bad = threads_of(pieces, answer.body, own_id)
        counts = {one.top.external_id: one.reply_count for one in threads}
        waiting = [
            (one.top.external_id, one.top.root_id)
            for one in threads
            if not one.is_whole and place.has_news(one.top.external_id, one.reply_count)
        ]
        reached = any(one.top.created_at and one.top.created_at.timestamp() < place.since for one in threads)
        following_place, more = place.after_threads(counts, waiting, following, reached_back=reached)
        return self._read(items, [answer], bad, str(following_place), more)

    def _pull_answers(self, place: Place, own_id: str) -> Page:
        """A page of answers; a thread that is gone by now, or will not be read, is left."""
        thread, film = place.waiting[0]
        query = [*_answers_of(thread), *([("pageToken", place.answers)] if place.answers else [])]
        try:
            answer, following, pieces = self._api.page("comments", query)
        except (GoneError, RejectedError) as error:
            if error.code == BAD_PAGE:
                return Page((), str(place.from_the_top()), False, error.raw)
            after, more = place.after_answers("")
            return Page((), str(after), more, error.raw)
        items, bad = understood(
            pieces, answer.body, lambda one: comment_item(one, own_id, film if is_film(film) else "")
        )
        after, more = place.after_answers(following)
        return self._read(items, [answer], bad, str(after), more)

    def _film_threads(self, which: tuple[str, str], film: str) -> Page:
        """All threads that are asked for, each with all its answers; none where comments are turned off."""
        query = [("part", "snippet,replies"), which, PLAIN]
        query += [] if which[0] == "id" else [("order", "time"), ("maxResults", PAGE)]
        items: dict[str, Item] = {}
        answers: list[Answer] = []
        bad: list[Unreadable] = []
        try:
            for answer, read, strange in self._whole_threads(query, film):
                answers.append(answer)
                bad += strange
                items |= {item.external_id: item for item in read}
        except RejectedError as error:
            if error.code != COMMENTS_ARE_OFF:
                raise
        return self._read(items.values(), answers, bad)

    def _whole_threads(
        self, query: Sequence[tuple[str, str]], film: str
    ) -> Iterator[tuple[Answer, Sequence[Item], Sequence[Unreadable]]]:
        own_id, known = self._api.own_id(), set[str]()
        for answer, pieces in self._api.pages("commentThreads", query):
            threads, items, bad = threads_of(pieces, answer.body, own_id)
            yield answer, items, bad
            for thread in threads:
                if not thread.is_whole and thread.top.external_id not in known:
                    yield from self._answers(thread, film)
                known.add(thread.top.external_id)

    def _answers(self, thread: Thread, film: str) -> Iterator[tuple[Answer, Sequence[Item], Sequence[Unreadable]]]:
        try:
            for answer, pieces in self._api.pages("comments", _answers_of(thread.top.external_id)):
                yield answer, *understood(pieces, answer.body, lambda one: comment_item(one, self._api.own_id(), film))
        except GoneError:
            return  # deleted since the page was read

    def _film(self, film: str) -> Page:
        answer, _, films = self._api.page("videos", [("part", "snippet,status"), ("id", film)])
        items, bad = understood(films, answer.body, lambda one: film_item(one, self._api.own_id()))
        return self._read(items, [answer], bad)

    def _several(self, external_ids: Sequence[str]) -> dict[str, Refreshed]:
        """What one call tells; a comment left out of an answer that was understood whole is gone."""
        query = [("part", "snippet"), ("id", ",".join(external_ids)), PLAIN]
        answer, following, pieces = self._api.page("comments", query)
        items, bad = understood(pieces, answer.body, lambda one: comment_item(one, self._api.own_id()))
        left_out: Refreshed = UNKNOWN if bad or following else GONE
        found: dict[str, Refreshed] = dict.fromkeys(external_ids, left_out)
        return found | {item.external_id: item for item in items if item.external_id in external_ids}

    def _held_among(self, external_ids: Collection[str]) -> dict[str, Refreshed]:
        """Those of the comments that we, or YouTube itself, keep from being shown."""
        found: dict[str, Refreshed] = {}
        own_id = self._api.own_id()
        for state in KEPT_BACK:
            query = [("part", "snippet,replies"), ("allThreadsRelatedToChannelId", own_id), PLAIN]
            query += [("moderationStatus", state), ("maxResults", PAGE)]
            for answer, pieces in self._api.pages("commentThreads", query):
                _, items, _ = threads_of(pieces, answer.body, own_id)
                found |= {item.external_id: item for item in items if item.external_id in external_ids}
        return found

    def _read(
        self,
        items: Iterable[Item],
        answers: Sequence[Answer],
        bad: Sequence[Unreadable],
        cursor: str = "",
        more: bool = False,
    ) -> Page:
        here = tuple(at(item, self._web) for item in items)
        return Page(here, cursor, more, b"\n".join(one.body for one in answers), tuple(bad), self.quota.rest)


def _answers_of(thread: str) -> list[tuple[str, str]]:
    return [("part", "snippet"), ("parentId", thread), ("maxResults", PAGE), PLAIN]


def _checked(external_id: str) -> str:
    if not comment_id(external_id):
        raise RejectedError(PLATFORM, message="no comment can have this id")
    return external_id
