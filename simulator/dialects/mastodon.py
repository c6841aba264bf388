"""The Mastodon client API, the part a municipality's inbox uses. Behaviour as recorded from Mastodon 4.6.4."""

import re
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from simulator import clock, media, reading, writing
from simulator.current import book, simulator
from simulator.dialects import mastodon_shapes as shapes
from simulator.reading import Account, Status, Window
from simulator.text import length

PLATFORM = "mastodon"
NOTIFICATIONS_DEFAULT, NOTIFICATIONS_MOST = 40, 80
STATUSES_DEFAULT, STATUSES_MOST = 20, 40
SEVERAL_MOST = 20
TREE_WITH_TOKEN = {"above": 4096, "below": 4096, "depth": 4096}
TREE_WITHOUT_TOKEN = {"above": 40, "below": 60, "depth": 20}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")
NOT_PRACTISED = ("poll", "scheduled_at", "spoiler_text", "quoted_status_id")

blueprint = Blueprint("mastodon", __name__, url_prefix="/api")


class RefusedError(Exception):
    """A call the platform refuses, with its status code and its own words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@blueprint.errorhandler(RefusedError)
def refuse(problem: RefusedError) -> ResponseReturnValue:
    """The refusal as Mastodon writes it."""
    return jsonify(error=str(problem)), problem.code


@blueprint.before_request
def count_and_identify() -> None:
    """Count the call against the limits, then find out whose token it carries."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    g.viewer = None
    g.standing = simulator().limits.count(
        token or str(request.remote_addr),
        writes=request.method in {"POST", "PUT"} and not request.path.endswith("favourite"),
        deletes=request.method == "DELETE",
    )
    if g.standing.refused:
        raise RefusedError(429, "Too many requests")
    if token:
        g.viewer = reading.account_with_token(book(), token, PLATFORM)
        if g.viewer is None:
            raise RefusedError(401, "The access token is invalid")


@blueprint.after_request
def add_headers(response: Response) -> Response:
    """The rate headers of every answer; Reset is ISO 8601."""
    standing = g.standing
    response.headers["X-RateLimit-Limit"] = str(standing.limit)
    response.headers["X-RateLimit-Remaining"] = str(standing.remaining)
    response.headers["X-RateLimit-Reset"] = clock.iso(standing.reset_at)
    if response.mimetype == "application/json":
        response.headers["Content-Type"] = "application/json; charset=utf-8"
    return response


@blueprint.get("/v2/instance")
@blueprint.get("/v2/instance/")
def instance() -> ResponseReturnValue:
    """What the server is and what it allows."""
    return jsonify(shapes.instance_json(request.host, base_url(), len(reading.municipalities(book()))))


@blueprint.get("/v1/accounts/verify_credentials")
def verify_credentials() -> ResponseReturnValue:
    """The token's own account."""
    return jsonify(shapes.own_account_json(signed_in(), base_url()))


@blueprint.get("/v1/accounts/<account_id>")
def account(account_id: str) -> ResponseReturnValue:
    """One account."""
    return jsonify(shapes.account_json(account_or_404(account_id), base_url()))


@blueprint.post("/v1/accounts/<account_id>/block")
@blueprint.post("/v1/accounts/<account_id>/unblock")
def block(account_id: str) -> ResponseReturnValue:
    """Block an account, or take the block away; the answer is how we stand to each other."""
    viewer, other, on = signed_in(), account_or_404(account_id), request.path.endswith("/block")
    writing.set_blocked(book(), viewer.id, other.id, on=on)
    return jsonify(id=str(other.id), blocking=on, following=False, followed_by=False, muting=False)


@blueprint.get("/v1/accounts/<account_id>/statuses")
def account_statuses(account_id: str) -> ResponseReturnValue:
    """What an account wrote, newest first, in pages."""
    owner = account_or_404(account_id)
    if is_true("pinned") or is_true("only_media"):
        return jsonify([])
    window = window_asked_for(STATUSES_DEFAULT, STATUSES_MOST)
    ids = reading.ids_by_account(book(), owner, window, with_replies=not is_true("exclude_replies"))
    found = reading.statuses(book(), ids, viewer_id())
    more = len(ids) == window.limit
    return paged([status_json(one) for one in found], [one.id for one in found], with_next=more)


@blueprint.get("/v1/notifications")
def notifications() -> ResponseReturnValue:
    """Who mentioned us, newest first, in pages."""
    viewer = signed_in()
    wanted = request.args.getlist("types[]") or request.args.getlist("types")
    if (wanted and "mention" not in wanted) or "mention" in request.args.getlist("exclude_types[]"):
        return jsonify([])
    found = reading.notifications(book(), viewer, window_asked_for(NOTIFICATIONS_DEFAULT, NOTIFICATIONS_MOST))
    shown = [shapes.notification_json(one, base_url(), viewer) for one in found]
    return paged(shown, [one.id for one in found], with_next=True)


@blueprint.get("/v1/statuses")
def several_statuses() -> ResponseReturnValue:
    """Several statuses by id; those that are gone are silently left out."""
    asked = request.args.getlist("id[]") or request.args.getlist("id")
    ids = [number for text in asked[:SEVERAL_MOST] if (number := as_id(text)) is not None]
    return jsonify([status_json(found) for found in reading.statuses(book(), ids, viewer_id())])


@blueprint.get("/v1/statuses/<status_id>")
def one_status(status_id: str) -> ResponseReturnValue:
    """One status."""
    return jsonify(status_json(status_or_404(status_id)))


@blueprint.get("/v1/statuses/<status_id>/context")
def context(status_id: str) -> ResponseReturnValue:
    """What stands above and below a status in its thread; less of it without a token."""
    center = status_or_404(status_id)
    most = TREE_WITH_TOKEN if g.viewer else TREE_WITHOUT_TOKEN
    above = reading.ids_above(book(), center)[-most["above"] :]
    below = [found for found, depth in reading.tree_below(book(), center) if depth <= most["depth"]][: most["below"]]
    return jsonify(
        ancestors=[status_json(found) for found in reading.statuses(book(), above, viewer_id())],
        descendants=[status_json(found) for found in reading.statuses(book(), below, viewer_id())],
    )


@blueprint.get("/v1/statuses/<status_id>/history")
def history(status_id: str) -> ResponseReturnValue:
    """All versions of a status, oldest first."""
    found = status_or_404(status_id)
    return jsonify([shapes.version_json(one, found, base_url()) for one in reading.versions(book(), found.id)])


@blueprint.get("/v1/statuses/<status_id>/source")
def source(status_id: str) -> ResponseReturnValue:
    """The plain text of one's own status."""
    found = own_status_or_404(status_id)
    return jsonify(id=str(found.id), text=found.text, spoiler_text="")


@blueprint.post("/v1/media")
@blueprint.post("/v2/media")
def upload() -> ResponseReturnValue:
    """Take a picture that a status may name afterwards."""
    owner, sent = signed_in(), request.files.get("file")
    data = sent.read() if sent else b""
    if not media.type_of(data):
        raise RefusedError(422, "Validation failed: File content type is invalid, File is invalid")
    alt = request.form.get("description", "")
    number = media.keep_upload(book(), owner.id, data, alt)
    return jsonify(id=str(number), type="image", url=f"{base_url()}/media/upload/{number}", description=alt)


@blueprint.post("/v1/statuses")
def publish() -> ResponseReturnValue:
    """Write a status. The same Idempotency-Key within an hour gives the same status back."""
    author = signed_in()
    fields = sent_fields()
    pictures = uploads_named(fields, author)
    parent = parent_asked_for(fields)
    visibility = str(fields.get("visibility") or "public")
    if visibility not in writing.VISIBILITIES:
        raise RefusedError(422, "Validation failed: Visibility is not included in the list")
    written = writing.write_status(
        book(),
        writing.NewStatus(
            author_id=author.id,
            text=checked_text(fields),
            parent_id=parent.id if parent else None,
            visibility=visibility,
            language=language_of(fields),
            via="api",
            idempotency_key=request.headers.get("Idempotency-Key"),
        ),
    )
    for number in pictures:
        media.show_upload(book(), written, number)
    return jsonify(status_json(status_or_404(str(written))))


@blueprint.put("/v1/statuses/<status_id>")
def edit(status_id: str) -> ResponseReturnValue:
    """Give one's own status a new text."""
    found = own_status_or_404(status_id)
    writing.edit_status(book(), found.id, checked_text(sent_fields()))
    return jsonify(status_json(status_or_404(status_id)))


@blueprint.delete("/v1/statuses/<status_id>")
def delete(status_id: str) -> ResponseReturnValue:
    """Delete one's own status; the answer holds its text."""
    found = own_status_or_404(status_id)
    writing.delete_status(book(), found.id)
    return jsonify(shapes.deleted_status_json(found, base_url(), signed_in()))


@blueprint.post("/v1/statuses/<status_id>/favourite")
def favourite(status_id: str) -> ResponseReturnValue:
    """Mark a status as a favourite."""
    return set_favourite(status_id, on=True)


@blueprint.post("/v1/statuses/<status_id>/unfavourite")
def unfavourite(status_id: str) -> ResponseReturnValue:
    """Take the mark away again."""
    return set_favourite(status_id, on=False)


def set_favourite(status_id: str, *, on: bool) -> ResponseReturnValue:
    """Mark or unmark, and answer with the status."""
    viewer = signed_in()
    writing.set_favourite(book(), status_or_404(status_id).id, viewer.id, on=on)
    return jsonify(status_json(status_or_404(status_id)))


def signed_in() -> Account:
    """The account of the call's token; refused without one."""
    if g.viewer is None:
        raise RefusedError(401, "The access token is invalid")
    return cast(Account, g.viewer)


def viewer_id() -> int | None:
    """The id of the account looking, if any."""
    return g.viewer.id if g.viewer else None


def base_url() -> str:
    """Where the caller found us, without a slash at the end."""
    return request.host_url.rstrip("/")


def status_json(found: Status) -> shapes.Json:
    """A status as this caller sees it."""
    return shapes.status_json(found, base_url(), g.viewer)


def as_id(text: object) -> int | None:
    """An id out of the address or the body; None for what cannot be one."""
    written = str(text)
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None


def status_or_404(status_id: str) -> Status:
    """A status this caller may see."""
    number = as_id(status_id)
    found = None if number is None else reading.status(book(), number, viewer_id())
    if found is None:
        raise RefusedError(404, "Not Found")
    return found


def own_status_or_404(status_id: str) -> Status:
    """A status the caller wrote; somebody else's is as if it were not there."""
    owner = signed_in()
    found = status_or_404(status_id)
    if found.author.id != owner.id:
        raise RefusedError(404, "Not Found")
    return found


def account_or_404(account_id: str) -> Account:
    """An account by its id."""
    number = as_id(account_id)
    found = {} if number is None else reading.accounts(book(), [number])
    if number not in found:
        raise RefusedError(404, "Not Found")
    return found[number]


def parent_asked_for(fields: Mapping[str, Any]) -> Status | None:
    """The status to be answered, or None; refused when it is gone."""
    asked = fields.get("in_reply_to_id")
    if asked in (None, ""):
        return None
    try:
        return status_or_404(str(asked))
    except RefusedError as problem:
        raise RefusedError(404, "The post you are trying to reply to does not appear to exist.") from problem


def sent_fields() -> Mapping[str, Any]:
    """The fields of the body, form or JSON; refused when they ask for something not practised here."""
    fields = request.get_json(silent=True) if request.is_json else request.form
    if not isinstance(fields, Mapping):
        raise RefusedError(400, "The body is not a JSON object")
    for name in NOT_PRACTISED:
        if fields.get(name):
            raise RefusedError(422, f"Validation failed: {name} is not supported on the practice platform")
    return fields


def uploads_named(fields: Mapping[str, Any], owner: Account) -> list[int]:
    """The uploads a status is to show, at most one here; refused when they are not the writer's."""
    named = fields.get("media_ids") or []
    numbers = [as_id(one) for one in named] if isinstance(named, list) else [None]
    found = [one for one in numbers if one is not None and media.is_own_upload(book(), owner.id, one)]
    if len(found) != len(numbers) or len(found) > 1:
        raise RefusedError(422, "Validation failed: Media could not be attached")
    return found


def checked_text(fields: Mapping[str, Any]) -> str:
    """The text to write, trimmed as Mastodon does; refused when empty or too long."""
    text = str(fields.get("status") or "").strip()
    if not text:
        raise RefusedError(422, "Validation failed: Text can't be blank")
    if length(text) > shapes.MAX_CHARACTERS:
        raise RefusedError(422, f"Validation failed: Text character limit of {shapes.MAX_CHARACTERS} exceeded")
    return text


def language_of(fields: Mapping[str, Any]) -> str:
    """The language asked for; bokmål where none, or nothing like a language, is given."""
    language = str(fields.get("language") or "")
    return language if LANGUAGE.fullmatch(language) else "nb"


def is_true(name: str) -> bool:
    """Whether a switch in the address is on."""
    return request.args.get(name, "").lower() in {"true", "1", "on"}


def window_asked_for(default: int, most: int) -> Window:
    """The part of the list the address asks for; what cannot be a number is ignored, as on Mastodon."""
    asked = {name: as_id(request.args.get(name, "")) for name in ("max_id", "since_id", "min_id")}
    limit = as_id(request.args.get("limit", "")) or default
    return Window(limit=min(limit, most), **asked)


def paged(items: list[shapes.Json], ids: list[int], *, with_next: bool) -> Response:
    """A page with the way to the older (next) and the newer (prev) one in its Link header; none when empty."""
    response = jsonify(items)
    if ids:
        ways = [("next", "max_id", ids[-1])] if with_next else []
        ways.append(("prev", "min_id", ids[0]))
        response.headers["Link"] = ", ".join(
            f'<{request.base_url}?{_query_with(name, value)}>; rel="{rel}"' for rel, name, value in ways
        )
    return response


def _query_with(name: str, value: int) -> str:
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in {"max_id", "min_id", "since_id"}]
    return urlencode(sorted([*kept, (name, str(value))]))
