"""The address a person copies of one comment, in each platform's own form; each leads to its place in the thread."""

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from simulator.citizen_pages import place_of, status_or_404
from simulator.current import book
from simulator.dialects import bluesky_names as names
from simulator.dialects.bluesky_records import post_records
from simulator.dialects.youtube_shapes import comment_id, film_id, number_of
from simulator.reading import Status

blueprint = Blueprint("own_addresses", __name__)


def own_address(status: Status, top: int) -> str:
    """The path and query of a comment; `top` is the comment at the top that it stands under, or itself."""
    platform = status.author.platform if status.author.is_municipality else _platform_of(status)
    if platform == "bluesky":
        rkey = post_records(book(), [status])[status.id].uri.rsplit("/", 1)[-1]
        return f"/profile/{names.did_of(status.author.id)}/post/{rkey}"
    if platform == "facebook":
        answer = "" if top == status.id else f"&reply_comment_id={status.id}"
        return f"/{_owner_of(status)}/posts/{status.root_id}/?comment_id={top}{answer}"
    if platform == "instagram":
        return f"/p/{status.root_id}/c/{top}/" + ("" if top == status.id else f"r/{status.id}/")
    if platform == "youtube":
        return f"/watch?v={film_id(status.root_id)}&lc={comment_id(status.id, None if top == status.id else top)}"
    return f"/@{status.author.username}/{status.id}"


def _platform_of(status: Status) -> str:
    return status_or_404(status.root_id).author.platform


def _owner_of(status: Status) -> int:
    return status_or_404(status.root_id).author.id


@blueprint.get("/p/<int:_post>/c/<int:top>/")
@blueprint.get("/p/<int:_post>/c/<int:top>/r/<int:answer>/")
def instagram(_post: int, top: int, answer: int = 0) -> ResponseReturnValue:
    """A comment, or an answer to one, on Instagram."""
    return redirect(place_of(status_or_404(answer or top)))


@blueprint.get("/watch")
def youtube() -> ResponseReturnValue:
    """A film, or the comment on it that is named."""
    number = number_of(request.args.get("lc") or request.args.get("v", ""))
    return redirect(place_of(status_or_404(number))) if number is not None else abort(404)
