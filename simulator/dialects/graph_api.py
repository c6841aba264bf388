"""The Graph API as far as a municipality's inbox uses it, for its Facebook Page and its Instagram account.

`/graph/{version}` stands for graph.facebook.com. The Page and the Instagram account are the same municipality's account
in the book, whatever platform it was opened for: the ids tell which of the two is meant. Answers as recorded.
"""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from simulator import clock, media, reading, writing
from simulator.current import book, simulator
from simulator.dialects import graph_shapes as shapes
from simulator.dialects.graph_fields import BadFieldsError, Wanted, fields_of
from simulator.dialects.graph_nodes import FACEBOOK, INSTAGRAM, Node, below, node, posts
from simulator.dialects.graph_shapes import Json
from simulator.reading import Account
from simulator.sign_in_book import known

PLATFORMS_OF_TOKENS = (FACEBOOK, INSTAGRAM, "mastodon")
PAGE_DEFAULT, PAGE_MOST = 25, 100
PRIVATE_REPLY_WINDOW_MS = 7 * 24 * 3600 * 1000
LONGEST = {FACEBOOK: 8000, INSTAGRAM: 2200}
GONE = (
    "Unsupported request. Object with ID does not exist, cannot be loaded due to missing permissions, or does not"
    " support this operation"
)

blueprint = Blueprint("graph", __name__, url_prefix="/graph/<version>")


class RefusedError(Exception):
    """A call the platform refuses, with its own code and words."""

    def __init__(self, code: int, message: str, *, subcode: int | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.subcode = subcode
        self.status = status


@blueprint.errorhandler(RefusedError)
def refuse(problem: RefusedError) -> ResponseReturnValue:
    """The refusal as the Graph API writes it."""
    error: Json = {"message": str(problem), "type": "OAuthException", "code": problem.code}
    error |= {} if problem.subcode is None else {"error_subcode": problem.subcode}
    return jsonify(error=error | {"fbtrace_id": secrets.token_urlsafe(16)}), problem.status


@blueprint.errorhandler(shapes.NoSuchFieldError)
@blueprint.errorhandler(BadFieldsError)
def refuse_fields(problem: Exception) -> ResponseReturnValue:
    """A field that is not there, or a list of fields that cannot be read."""
    if isinstance(problem, BadFieldsError):
        return refuse(RefusedError(2500, str(problem)))
    return refuse(RefusedError(100, f"(#100) Tried accessing nonexisting field ({problem.args[0]})"))


@blueprint.url_value_preprocessor
def take_version(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The version stands in every address; all speak alike here."""
    g.version = (values or {}).pop("version", "")


@blueprint.before_request
def count_and_identify() -> None:
    """Count the call against the limits, then find out whose token it carries."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.values.get("access_token", "")
    g.standing = simulator().limits.count(token or str(request.remote_addr))
    g.viewer = None
    if g.standing.refused:
        raise RefusedError(32, "(#32) Page request limit reached", status=403)
    if not token:
        raise RefusedError(2500, "An active access token must be used to query information about the current user.")
    found = [reading.account_with_token(book(), token, platform) for platform in PLATFORMS_OF_TOKENS]
    g.viewer = next((one for one in found if one), None)
    if g.viewer is None:
        raise RefusedError(190, "Invalid OAuth access token - Cannot parse access token", status=401)


@blueprint.after_request
def add_headers(response: Response) -> Response:
    """The usage of the Page's limit in per cent, with the minutes until calls are taken again."""
    standing = g.standing
    used = round(100 * (standing.limit - standing.remaining) / standing.limit)
    usage = {"type": "pages", "call_count": used, "total_cputime": 0, "total_time": 0}
    usage["estimated_time_to_regain_access"] = 5 if standing.refused else 0
    who = str(g.viewer.id) if g.viewer else "0"
    response.headers["X-Business-Use-Case-Usage"] = json.dumps({who: [usage]})
    return response


@blueprint.get("/")
def several() -> ResponseReturnValue:
    """Several nodes by `ids`, keyed by id; one that is not there spoils it for all."""
    wanted = fields_of(request.args.get("fields", ""))
    asked = [one for one in request.args.get("ids", "").split(",") if one]
    found = {one: node(book(), viewer(), one) for one in asked}
    if missing := [one for one, there in found.items() if there is None]:
        raise RefusedError(
            803, f"(#803) Some of the aliases you requested do not exist: {','.join(missing)}", status=404
        )
    return jsonify({one: shown(there, wanted) for one, there in found.items() if there})


@blueprint.get("/<external_id>")
def one_node(external_id: str) -> ResponseReturnValue:
    """The account itself (`me`), a post or a comment."""
    wanted = fields_of(request.args.get("fields", ""))
    if external_id in ("me", str(viewer().id)):
        return jsonify(shapes.account_json(viewer(), wanted) | mentioned(wanted))
    return jsonify(shown(node_or_refusal(external_id), wanted))


def mentioned(wanted: Mapping[str, Wanted]) -> Json:
    """The one comment that `mentioned_comment.comment_id(…)` asks about; empty when it is not asked for."""
    asked = wanted.get("mentioned_comment")
    if asked is None:
        return {}
    found = node_or_refusal(asked.arguments.get("comment_id", ""))
    return {"mentioned_comment": shapes.mention_json(found, asked, request.host_url.rstrip("/"))}


@blueprint.get("/<external_id>/feed")
@blueprint.get("/<external_id>/posts")
@blueprint.get("/<external_id>/media")
def own_posts(external_id: str) -> ResponseReturnValue:
    """The account's posts, newest first."""
    if external_id not in ("me", str(viewer().id)):
        raise RefusedError(100, GONE, subcode=33)
    platform = INSTAGRAM if request.path.endswith("/media") else FACEBOOK
    wanted = Wanted(request.args.to_dict(), fields_of(request.args.get("fields", "")))
    return jsonify(page_of(posts(book(), viewer(), platform), wanted, request.path, newest_first=True))


@blueprint.get("/<external_id>/comments")
def comments(external_id: str) -> ResponseReturnValue:
    """The comments of a post; Facebook's answers to a comment too."""
    return jsonify(list_below(node_or_refusal(external_id), "comments", asked_in_address()))


@blueprint.get("/<external_id>/replies")
def replies(external_id: str) -> ResponseReturnValue:
    """The answers to a comment on Instagram."""
    return jsonify(list_below(node_or_refusal(external_id), "replies", asked_in_address()))


@blueprint.post("/<external_id>/comments")
@blueprint.post("/<external_id>/replies")
def answer(external_id: str) -> ResponseReturnValue:
    """Write under a post or a comment. Nothing keeps the same text from being written twice."""
    parent, fields = node_or_refusal(external_id), sent_fields()
    edge = request.path.rsplit("/", 1)[1]
    if edge != ("replies" if parent.platform == INSTAGRAM and not parent.is_post else "comments"):
        raise RefusedError(100, GONE, subcode=33)
    if parent.platform == INSTAGRAM and parent.hidden:
        raise RefusedError(100, "(#100) Hidden comments cannot be replied to")
    picture = upload_named(fields, parent.platform)
    new = writing.NewStatus(viewer().id, checked_text(fields, parent.platform), parent.status.id, via="api")
    number = writing.write_status(book(), new)
    if picture is not None:
        media.show_upload(book(), number, picture)
    written = parent.id_of(number)
    wanted = fields_of(str(fields.get("fields") or "id"))
    # The answer tells what was written even where reading lags behind.
    there = node(book(), viewer(), written)
    return jsonify(shown(there, wanted) if there else {"id": written})


@blueprint.post("/<external_id>/photos")
def photos(external_id: str) -> ResponseReturnValue:
    """Take a picture for the Page that nobody sees until a comment names it."""
    given = known(book(), request.environ.get("sign_in.token", ""), "token")
    if given and "pages_manage_posts" not in given.scopes:
        raise RefusedError(200, "(#200) Requires the pages_manage_posts permission", status=403)
    sent = request.files.get("source")
    data = sent.read() if sent else b""
    if external_id not in ("me", str(viewer().id)) or request.form.get("published") != "false":
        raise RefusedError(100, "(#100) Only unpublished photos of the Page itself are practised here")
    if not media.type_of(data):
        raise RefusedError(324, "(#324) Missing or invalid image file")
    return jsonify(id=str(media.keep_upload(book(), viewer().id, data, request.form.get("alt_text_custom", ""))))


@blueprint.post("/<external_id>")
def change(external_id: str) -> ResponseReturnValue:
    """Hide or show a comment, or give one's own a new text."""
    found, fields = node_or_refusal(external_id), sent_fields()
    name = "is_hidden" if found.platform == FACEBOOK else "hide"
    if name in fields:
        if found.is_post or found.status.author.id == viewer().id:
            raise RefusedError(100, "(#100) This comment cannot be hidden")
        writing.set_hidden(book(), found.status.id, on=str(fields[name]).lower() in {"true", "1"})
    elif found.platform == FACEBOOK and "message" in fields and found.status.author.id == viewer().id:
        writing.edit_status(book(), found.status.id, checked_text(fields, FACEBOOK))
    else:
        raise RefusedError(100, "(#100) Invalid parameter")
    return jsonify(success=True)


@blueprint.route("/<external_id>/likes", methods=["POST", "DELETE"])
def likes(external_id: str) -> ResponseReturnValue:
    """Like, or take the like back; Facebook only."""
    found = node_or_refusal(external_id)
    if found.platform != FACEBOOK:
        raise RefusedError(100, GONE, subcode=33)
    writing.set_favourite(book(), found.status.id, viewer().id, on=request.method == "POST")
    return jsonify(success=True)


@blueprint.delete("/<external_id>")
def delete(external_id: str) -> ResponseReturnValue:
    """Delete a post of one's own, or any comment under one."""
    writing.delete_status(book(), node_or_refusal(external_id).status.id)
    return jsonify(success=True)


@blueprint.route("/<external_id>/blocked", methods=["POST", "DELETE"])
def blocked(external_id: str) -> ResponseReturnValue:
    """Shut a person out of the Page, or let them in again; Facebook only."""
    person = str(sent_fields().get("user", ""))
    known = reading.accounts(book(), [int(person)] if person.isdecimal() and len(person) < 19 else [])
    if external_id != str(viewer().id) or not known:
        raise RefusedError(100, "(#100) Invalid parameter")
    writing.set_blocked(book(), viewer().id, int(person), on=request.method == "POST")
    return jsonify(success=True)


@blueprint.post("/<external_id>/messages")
def messages(external_id: str) -> ResponseReturnValue:
    """The one private answer to a comment, within seven days of it."""
    fields = sent_fields()
    to, message = fields.get("recipient"), fields.get("message")
    comment = str(to.get("comment_id", "")) if isinstance(to, dict) else ""
    text = str(message.get("text", "")).strip() if isinstance(message, dict) else ""
    if external_id != str(viewer().id) or not text:
        raise RefusedError(100, "(#100) Invalid parameter")
    found = node_or_refusal(comment)
    too_late = clock.now_ms() - found.status.created_at > PRIVATE_REPLY_WINDOW_MS
    if too_late or found.platform != FACEBOOK or not writing.write_private_reply(book(), found.status.id, text):
        raise RefusedError(10900, "(#10900) Activity already replied to, or too old")
    return jsonify(recipient_id=str(found.status.author.id), message_id=f"m_{found.status.id}")


def viewer() -> Account:
    """The account of the call's token."""
    return cast(Account, g.viewer)


def node_or_refusal(external_id: str) -> Node:
    """A post or comment of this account; gone and not allowed are told alike."""
    found = node(book(), viewer(), external_id)
    if found is None:
        raise RefusedError(100, GONE, subcode=33)
    return found


def shown(found: Node, wanted: Mapping[str, Wanted]) -> Json:
    """A node as JSON."""
    return shapes.node_json(found, wanted, request.host_url.rstrip("/"), list_below)


def asked_in_address() -> Wanted:
    """What the address asks of a list."""
    return Wanted(request.args.to_dict(), fields_of(request.args.get("fields", "")))


def list_below(found: Node, edge: str, wanted: Wanted) -> Json:
    """One page of the comments under a node, sorted and flattened as asked for."""
    if edge == "replies" and (found.platform == FACEBOOK or found.is_post):
        raise shapes.NoSuchFieldError(edge)
    if edge == "comments" and found.platform == INSTAGRAM and not found.is_post:
        raise shapes.NoSuchFieldError(edge)
    asked, everything = wanted.arguments, below(book(), found)
    if found.is_post and not (found.platform == FACEBOOK and asked.get("filter") == "stream"):
        everything = [one for one in everything if one.top is None]
    newest_first = edge == "comments" and (found.platform == INSTAGRAM or asked.get("order") == "reverse_chronological")
    path = f"/graph/{g.version}/{found.id}/{edge}"
    page = page_of(everything, wanted, path, newest_first=newest_first)
    if asked.get("summary") in {"1", "true"}:
        order = "reverse_chronological" if newest_first else "chronological"
        page["summary"] = {"order": order, "total_count": len(everything), "can_comment": True}
    return page


def page_of(nodes: Sequence[Node], wanted: Wanted, path: str, *, newest_first: bool) -> Json:
    """One page of a list. The cursor is the last one's number, so that what is deleted meanwhile loses nothing."""
    asked = wanted.arguments
    limit = min(int(asked["limit"]), PAGE_MOST) if asked.get("limit", "").isdigit() else PAGE_DEFAULT
    rest = sorted(nodes, key=lambda one: one.status.id, reverse=newest_first)
    after = number_of(asked.get("after", ""))
    if after is not None:
        rest = [one for one in rest if (one.status.id < after if newest_first else one.status.id > after)]
    page = rest[:limit]
    if not page:
        return {"data": []}
    cursors = {"before": cursor_of(page[0]), "after": cursor_of(page[-1])}
    paging: Json = {"cursors": cursors}
    if len(rest) > limit:
        kept = {name: value for name, value in asked.items() if name not in {"after", "access_token"}}
        query = urlencode(kept | {"limit": str(limit), "after": cursors["after"]})
        paging["next"] = f"{request.host_url.rstrip('/')}{path}?{query}"
    return {"data": [shown(one, wanted.inside) for one in page], "paging": paging}


def cursor_of(found: Node) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(str(found.status.id).encode()).decode().rstrip("=")


def number_of(cursor: str) -> int | None:
    """The number in a cursor, or None for an empty or strange one."""
    try:
        return int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))) if cursor else None
    except ValueError as problem:
        raise RefusedError(100, "(#100) Invalid cursor") from problem


def sent_fields() -> Mapping[str, Any]:
    """The parameters of a write: in the body (form or JSON) or the address."""
    body = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    return request.args.to_dict() | (body if isinstance(body, dict) else {})


def upload_named(fields: Mapping[str, Any], platform: str) -> int | None:
    """The photo a comment is to show; refused where comments show none, or when it is not the Page's own."""
    named = str(fields.get("attachment_id") or "")
    if not named:
        return None
    number = int(named) if named.isdecimal() and len(named) < 19 else 0
    if platform != FACEBOOK or not media.is_own_upload(book(), viewer().id, number):
        raise RefusedError(100, "(#100) Invalid parameter")
    return number


def checked_text(fields: Mapping[str, Any], platform: str) -> str:
    """The text to write, trimmed; refused when empty or too long."""
    text = str(fields.get("message") or "").strip()
    if not text or len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST[platform]:
        raise RefusedError(100, "(#100) The parameter message is empty or too long")
    return text
