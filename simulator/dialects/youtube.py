"""The YouTube Data API v3, the part a municipality's inbox uses. Errors and shapes as recorded.

The same book seen as YouTube: a municipality's posts are films, what stands below them at any depth is a thread with
one level of answers. A held comment has its state as visibility, so that nobody but its author sees it elsewhere.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, g, jsonify, request
from flask.typing import ResponseReturnValue

from simulator import reading, writing
from simulator.current import book, simulator
from simulator.dialects import youtube_shapes as shapes
from simulator.dialects.youtube_shapes import Look, number_of
from simulator.reading import Account, Status, Window

PLATFORMS = ("youtube", "mastodon")  # whose tokens are good here: one account may be practised with in both languages
MOST_CHARACTERS = 10_000
MOST_ON_A_PAGE, USUAL_ON_A_PAGE = 100, 20
ANSWERS_INSIDE = 5
ON_SHOW = ("public", "unlisted")
ALL_STATES = {"published", "likelySpam", *shapes.HELD}

blueprint = Blueprint("youtube", __name__, url_prefix="/youtube/v3")


class RefusedError(Exception):
    """A call YouTube refuses, with status code and reason."""

    def __init__(self, code: int, reason: str, message: str = "", domain: str = "youtube.comment") -> None:
        super().__init__(message or reason)
        self.code = code
        self.reason = reason
        self.domain = domain


@blueprint.errorhandler(RefusedError)
def refuse(problem: RefusedError) -> ResponseReturnValue:
    """The refusal as YouTube writes it."""
    return jsonify(shapes.error_json(problem.code, problem.reason, str(problem), problem.domain)), problem.code


@blueprint.before_request
def count_and_identify() -> None:
    """Count the call against the limits, then find out whose token it carries. Every call needs one."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if simulator().limits.count(token or str(request.remote_addr)).refused:
        raise RefusedError(403, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits")
    found = [one for name in PLATFORMS if (one := reading.account_with_token(book(), token, name))]
    if not token or not found:
        raise RefusedError(401, "authError", "Invalid Credentials", "global")
    g.owner = found[0]
    if "part" not in request.args and request.method in {"GET", "PUT"}:
        raise RefusedError(400, "missingRequiredParameter", "No filter selected or part missing", "youtube.parameter")


@blueprint.get("/channels")
def channels() -> ResponseReturnValue:
    """Our own channel, or channels by id."""
    ids = [number for one in asked_ids() if (number := number_of(one)) is not None]
    found = [owner()] if request.args.get("mine") == "true" else list(reading.accounts(book(), ids).values())
    return listed("channel", [shapes.channel_json(one) for one in found])


@blueprint.get("/playlistItems")
def playlist_items() -> ResponseReturnValue:
    """The films of a channel, newest first, in pages."""
    account = account_of(request.args.get("playlistId", ""), "playlistNotFound")
    start, most = window(most=50)
    ids = reading.ids_by_account(book(), account, Window(10**6), with_replies=False)
    films = [one for one in reading.statuses(book(), ids) if not one.is_reply]
    shown = [shapes.playlist_item_json(one, start + n) for n, one in enumerate(films[start : start + most])]
    return listed("playlistItem", shown, next_page(start, most, len(films)), most)


@blueprint.get("/videos")
def videos() -> ResponseReturnValue:
    """Films by id; those that are gone are left out."""
    found = look_up([number for one in asked_ids() if (number := number_of(one)) is not None])
    films = [one for one in found if not one.is_reply]
    with_numbers = "statistics" in request.args["part"]
    return listed("video", [shapes.film_json(one, comments_on(one) if with_numbers else None) for one in films])


@blueprint.get("/commentThreads")
def comment_threads() -> ResponseReturnValue:
    """Threads under a film, under all films of a channel, or by id; newest first, in pages."""
    state = request.args.get("moderationStatus", "published")
    if state not in ALL_STATES:
        raise RefusedError(400, "invalidValue", f"Invalid value '{state}'", "youtube.parameter")
    start, most = window(most=MOST_ON_A_PAGE)
    found = [one for one in threads_asked_for() if "id" in request.args or state in states_of(one)]
    look = Look(plain=is_plain(), with_moderation="id" not in request.args)
    inside = ANSWERS_INSIDE if "replies" in request.args["part"] else 0
    shown = [thread_json(one, look, inside, state) for one in found[start : start + most]]
    return listed("commentThread", shown, next_page(start, most, len(found)), most)


@blueprint.get("/comments")
def comments() -> ResponseReturnValue:
    """The answers of a thread, newest first, in pages; or comments by id, where those that are gone are left out."""
    start, most = window(most=MOST_ON_A_PAGE)
    look = Look(plain=is_plain())
    if "parentId" in request.args:
        top = comment_or_404(request.args["parentId"])
        found = sorted(answers_to(top), key=lambda one: one.id, reverse=True)
        shown = [shapes.comment_json(one, top.id, None, look) for one in found[start : start + most]]
        return listed("comment", shown, next_page(start, most, len(found)), most)
    by_id = [one for written in asked_ids() if (one := comment_with(written)) and may_see(one)]
    return listed("comment", [comment_json(one, look) for one in by_id], "", most)


@blueprint.post("/comments")
def insert() -> ResponseReturnValue:
    """Answer a top-level comment."""
    snippet = sent_snippet()
    parent = comment_or_404(str(snippet.get("parentId", "")))
    if top_of(parent) != parent.id:
        raise RefusedError(400, "operationNotSupported", "The parent is an answer itself")
    if parent.visibility not in ON_SHOW:
        raise RefusedError(400, "parentCommentIsPrivate", "The parent comment is private")
    new = writing.NewStatus(author_id=owner().id, text=checked_text(snippet), parent_id=parent.id, via="api")
    written = look_up([writing.write_status(book(), new)])[0]
    return jsonify(shapes.comment_json(written, parent.id, parent.root_id, Look(plain=True)))


@blueprint.put("/comments")
def update() -> ResponseReturnValue:
    """Change a comment of ours."""
    found = own_comment(str((request.get_json(silent=True) or {}).get("id", "")))
    writing.edit_status(book(), found.id, checked_text(sent_snippet()))
    return jsonify(comment_json(look_up([found.id])[0], Look(plain=True)))


@blueprint.delete("/comments")
def delete() -> ResponseReturnValue:
    """Delete a comment of ours."""
    writing.delete_status(book(), own_comment(request.args.get("id", "")).id)
    return "", 204


@blueprint.post("/comments/setModerationStatus")
def set_moderation_status() -> ResponseReturnValue:
    """Hold, reject or show comments under our films."""
    state = request.args.get("moderationStatus", "")
    if state not in ALL_STATES - {"likelySpam"}:
        raise RefusedError(400, "operationNotSupported", "The moderation status cannot be set")
    found = [comment_or_404(one) for one in asked_ids()]
    if any(film_of(one).author.id != owner().id for one in found):
        raise RefusedError(403, "forbidden", "The comment is not under a film of yours")
    with book().transaction() as db:
        for one in found:
            shown = "public" if state == "published" else state
            db.execute("UPDATE status SET visibility = ? WHERE id = ?", (shown, one.id))
    if request.args.get("banAuthor") == "true":
        if state != "rejected":
            raise RefusedError(400, "banWithoutReject", "An author is banned together with a rejected comment")
        for one in found:
            writing.set_blocked(book(), owner().id, one.author.id, on=True)
    return "", 204


def comments_on(film: Status) -> int:
    """How many comments YouTube counts on a film: what is on show, at any level."""
    below_it = look_up([number for number, _ in reading.tree_below(book(), film)])
    return sum(one.visibility in ON_SHOW for one in below_it)


def owner() -> Account:
    """Whose token the call carries."""
    found: Account = g.owner
    return found


def look_up(ids: Sequence[int]) -> list[Status]:
    """Statuses that are not deleted, whatever their visibility, in the order of the ids."""
    rows = book().rows(
        "SELECT id, account_id FROM live WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(ids))},
    )
    authors = {row["id"]: row["account_id"] for row in rows}
    by_id = {one.id: one for one in reading.statuses(book(), list(authors))}
    by_id |= {n: one for n in authors if n not in by_id and (one := reading.status(book(), n, authors[n]))}
    return [by_id[n] for n in ids if n in by_id]


def top_of(found: Status) -> int:
    """The top-level comment something stands under, also when one between them is deleted; 0 for a film."""
    rows = book().rows("SELECT id, parent_id FROM status WHERE root_id = :root", {"root": found.root_id})
    parents = {row["id"]: row["parent_id"] for row in rows}
    current, above = found.id, parents[found.id]
    while above is not None and above != found.root_id:
        current, above = above, parents[above]
    return 0 if above is None else current


def answers_to(top: Status) -> list[Status]:
    """The answers on show."""
    return [one for one in below(top) if one.visibility in ON_SHOW]


def below(top: Status) -> list[Status]:
    """All that stands below a top-level comment, oldest first, as one level."""
    rows = book().rows("SELECT id, parent_id FROM status WHERE root_id = :root ORDER BY id", {"root": top.root_id})
    children: dict[int, list[int]] = {}
    for row in rows:
        children.setdefault(row["parent_id"], []).append(row["id"])
    found: list[int] = []
    waiting = [top.id]
    while waiting:
        waiting += (inside := children.get(waiting.pop(), []))
        found += inside
    return look_up(sorted(found))


def threads_asked_for() -> list[Status]:
    """The top-level comments of the films asked for, newest first, whatever their state."""
    if "id" in request.args:
        return [one for written in asked_ids() if (one := comment_with(written)) and top_of(one) == one.id]
    if "videoId" in request.args:
        films = [one.id for one in look_up([number_of(request.args["videoId"]) or 0]) if not one.is_reply]
        if not films:
            raise RefusedError(404, "videoNotFound", "The video cannot be found", "youtube.commentThread")
    else:
        account = account_of(request.args.get("allThreadsRelatedToChannelId", ""), "channelNotFound")
        films = reading.ids_by_account(book(), account, Window(10**6), with_replies=False)
    rows = book().rows(
        "SELECT id FROM live WHERE parent_id IN (SELECT value FROM json_each(:films)) ORDER BY id DESC",
        {"films": json.dumps(films)},
    )
    return look_up([row["id"] for row in rows])


def states_of(top: Status) -> set[str]:
    """The states in which a thread is listed: its own, and as held also when an answer is held."""
    own = {"published" if top.visibility in ON_SHOW else top.visibility}
    return own | {one.visibility for one in below(top) if one.visibility in shapes.HELD}


def thread_json(top: Status, look: Look, inside: int, state: str) -> shapes.Json:
    """A thread with its answers on show, or with its held ones when those are asked for."""
    answers = answers_to(top) if state == "published" else [one for one in below(top) if one.visibility == state]
    return shapes.thread_json(top, answers, top.root_id, look, inside)


def comment_json(found: Status, look: Look) -> shapes.Json:
    """A comment asked for by id: an answer does not name its film."""
    top = top_of(found)
    return shapes.comment_json(
        found, None if top == found.id else top, found.root_id if top == found.id else None, look
    )


def film_of(found: Status) -> Status:
    """The film a comment stands under."""
    return look_up([found.root_id])[0]


def may_see(found: Status) -> bool:
    """Whether a comment asked for by id is given: a held one is not, not even to the film's owner."""
    return found.visibility in ON_SHOW and bool(
        look_up([top_of(found), found.root_id])[1:] or top_of(found) == found.id
    )


def comment_with(written: str) -> Status | None:
    """The comment with this id, whatever its state; None when it, its thread or its film is gone."""
    number = number_of(written)
    found = look_up([number] if number is not None else [])
    if not found or not found[0].parent_account_id:
        return None
    top = top_of(found[0])
    standing = {one.id for one in look_up([top, found[0].root_id])}
    right_id = shapes.comment_id(found[0].id, None if top == found[0].id else top)
    return found[0] if standing == {top, found[0].root_id} and right_id == written else None


def comment_or_404(written: str) -> Status:
    """A comment by its id."""
    found = comment_with(written)
    if found is None:
        raise RefusedError(404, "commentNotFound", "The comment cannot be found")
    return found


def own_comment(written: str) -> Status:
    """A comment the caller wrote."""
    found = comment_or_404(written)
    if found.author.id != owner().id:
        raise RefusedError(403, "forbidden", "The comment is somebody else's")
    return found


def account_of(written: str, reason: str) -> Account:
    """The municipality whose channel, or list of films, has this id."""
    number = number_of(written) if len(written) == 24 else None
    found = reading.accounts(book(), [] if number is None else [number])
    if not found:
        raise RefusedError(404, reason, "It cannot be found", "youtube.parameter")
    return next(iter(found.values()))


def sent_snippet() -> dict[str, Any]:
    """The snippet of the body."""
    body = request.get_json(silent=True)
    snippet = body.get("snippet") if isinstance(body, dict) else None
    if not isinstance(snippet, dict):
        raise RefusedError(400, "invalidCommentMetadata", "The snippet is missing")
    return snippet


def checked_text(snippet: dict[str, Any]) -> str:
    """The text to write, trimmed; refused when empty or too long."""
    text = str(snippet.get("textOriginal") or "").strip()
    if not text:
        raise RefusedError(400, "commentTextRequired", "The comment has no text")
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > MOST_CHARACTERS:
        raise RefusedError(400, "commentTextTooLong", "The comment is too long")
    return text


def asked_ids() -> list[str]:
    """The ids in the address, parted by commas."""
    return [one for one in request.args.get("id", "").split(",") if one]


def is_plain() -> bool:
    """Whether plain text is asked for; HTML is the usual."""
    return request.args.get("textFormat") == "plainText"


def window(most: int) -> tuple[int, int]:
    """Where the page asked for begins, and how much stands on it."""
    size = request.args.get("maxResults", str(min(USUAL_ON_A_PAGE, most)))
    if not size.isascii() or not size.isdigit() or not 1 <= int(size) <= most:
        raise RefusedError(400, "invalidValue", f"Invalid value '{size}'", "youtube.parameter")
    token = request.args.get("pageToken", "")
    try:
        start = int(base64.urlsafe_b64decode(token).decode().removeprefix("from:")) if token else 0
    except ValueError as problem:
        raise RefusedError(400, "invalidPageToken", "The page token is not valid", "youtube.parameter") from problem
    return max(start, 0), int(size)


def next_page(start: int, most: int, total: int) -> str:
    """The token of the next page, "" after the last."""
    return base64.urlsafe_b64encode(f"from:{start + most}".encode()).decode() if start + most < total else ""


def listed(
    kind: str, items: list[shapes.Json], following: str = "", most: int = USUAL_ON_A_PAGE
) -> ResponseReturnValue:
    """A page of a list."""
    return jsonify(shapes.list_json(kind, items, following, most))
