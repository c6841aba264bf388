"""The AT Protocol as a Bluesky server speaks it, the part a municipality's inbox uses. As recorded from a real network.

A municipality signs in with its handle (`meraker.test`) and its token as app password. The comments of citizens come
from the same book as everywhere here: their pages and the control API write them.
"""

from collections.abc import Mapping
from typing import Any, cast

from flask import Blueprint, Response, current_app, g, jsonify, redirect, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from simulator import clock, media, reading
from simulator.citizen_pages import place_of
from simulator.clock import BadTimeError
from simulator.current import book, simulator
from simulator.dialects import bluesky_names as names
from simulator.dialects import bluesky_shapes as shapes
from simulator.dialects import bluesky_tokens as tokens
from simulator.dialects import bluesky_writing as records
from simulator.dialects.bluesky_records import Record, post_records, prepare, status_at
from simulator.dialects.bluesky_threads import branch, gate_of_thread, parents, post_views
from simulator.dialects.bluesky_writing import RefusedError, refused
from simulator.reading import Account, Window

PLATFORMS = ("bluesky", "mastodon")  # one account may be practised with in both languages
SEVERAL_MOST = 25
PAGE_MOST = 100
MOST_BLOB_BYTES = 1_000_000
DEPTH_DEFAULT, DEPTH_MOST = 6, 1000
NEWS = """
SELECT live.id, live.created_at, root.account_id = :me OR parent.account_id = :me AS is_reply,
    CASE WHEN parent.account_id = :me THEN parent.id WHEN root.account_id = :me THEN root.id END AS subject
FROM live JOIN status AS root ON root.id = live.root_id LEFT JOIN status AS parent ON parent.id = live.parent_id
WHERE live.account_id != :me AND live.created_at < :below AND (
    (live.parent_id IS NOT NULL AND (root.account_id = :me OR parent.account_id = :me))
    OR live.id IN (SELECT status_id FROM notification WHERE account_id = :me))
ORDER BY live.created_at DESC, live.id DESC LIMIT :limit
"""

blueprint = Blueprint("bluesky", __name__)


@blueprint.record
def make_table(state: BlueprintSetupState) -> None:
    """The book's table for what only this platform has."""
    prepare(state.app.extensions["simulator"].book)


@blueprint.errorhandler(RefusedError)
def refuse(problem: RefusedError) -> ResponseReturnValue:
    """The refusal as the platform writes it."""
    return jsonify(error=problem.code, message=str(problem)), problem.status


@blueprint.errorhandler(tokens.BadTokenError)
def refuse_token(problem: tokens.BadTokenError) -> ResponseReturnValue:
    """400 for a token, as recorded."""
    return jsonify(error=problem.code, message=str(problem)), 400


@blueprint.errorhandler(HTTPException)
def refuse_call(problem: HTTPException) -> ResponseReturnValue:
    """A call that cannot be read."""
    return jsonify(error="InvalidRequest", message=problem.description or problem.name), problem.code or 400


@blueprint.before_request
def count_call() -> None:
    """Count the call against the limits; the platform counts by address and account."""
    g.standing = simulator().limits.count(bearer() or str(request.remote_addr))
    if g.standing.refused:
        raise RefusedError(429, "RateLimitExceeded", "Rate Limit Exceeded")


@blueprint.after_request
def add_headers(response: Response) -> Response:
    """The rate headers; Reset is in seconds since 1970."""
    response.headers["RateLimit-Limit"] = str(g.standing.limit)
    response.headers["RateLimit-Remaining"] = str(g.standing.remaining)
    response.headers["RateLimit-Reset"] = str(g.standing.reset_at // 1000)
    if response.mimetype == "application/json":
        response.headers["Content-Type"] = "application/json; charset=utf-8"
    return response


@blueprint.post("/xrpc/com.atproto.server.createSession")
def create_session() -> ResponseReturnValue:
    """Sign in with handle or DID and app password."""
    fields = sent_fields()
    account = account_called(fields.get("identifier"))
    password = book().row("SELECT token FROM account WHERE id = :id", {"id": account.id if account else None})
    if account is None or not password or not password["token"] or password["token"] != fields.get("password"):
        raise RefusedError(401, "AuthenticationRequired", "Invalid identifier or password")
    return jsonify({**session_tokens(account), **shapes.session_json(account)})


@blueprint.post("/xrpc/com.atproto.server.refreshSession")
def refresh_session() -> ResponseReturnValue:
    """New tokens for the refresh token."""
    account = signed_in(tokens.REFRESH)
    return jsonify({**session_tokens(account), **shapes.session_json(account)})


@blueprint.get("/xrpc/com.atproto.server.getSession")
def get_session() -> ResponseReturnValue:
    """The token's own account."""
    return jsonify(shapes.session_json(signed_in()))


@blueprint.get("/xrpc/com.atproto.identity.resolveHandle")
def resolve_handle() -> ResponseReturnValue:
    """The DID of a handle."""
    account = account_called(request.args.get("handle"))
    if account is None:
        raise refused("Unable to resolve handle")
    return jsonify(did=names.did_of(account.id))


@blueprint.get("/xrpc/app.bsky.actor.getProfile")
def profile() -> ResponseReturnValue:
    """One account."""
    signed_in()
    return jsonify(shapes.profile_json(actor_asked_for()))


@blueprint.get("/xrpc/app.bsky.notification.listNotifications")
def notifications() -> ResponseReturnValue:
    """Who answered or mentioned us, newest first. The cursor is a time, and the next page lies strictly below it."""
    viewer = signed_in()
    limit = limit_asked_for("app.bsky.notification.listNotifications")
    reasons = request.args.getlist("reasons") or ["reply", "mention"]
    rows = book().rows(NEWS, {"me": viewer.id, "below": below_asked_for(), "limit": limit})
    found = {one.id: one for one in reading.statuses(book(), [row["id"] for row in rows], viewer.id)}
    subjects = reading.statuses(book(), [row["subject"] for row in rows if row["subject"]], viewer.id)
    sent = post_records(book(), [*found.values(), *subjects])
    shown = []
    for row in (one for one in rows if one["id"] in found):
        reason = "reply" if row["is_reply"] else "mention"
        subject = sent[row["subject"]].uri if row["subject"] in sent else ""
        if reason in reasons:
            shown.append(shapes.notification_json(found[row["id"]], sent[row["id"]], reason, subject))
    cursor = {"cursor": clock.iso(rows[-1]["created_at"])} if len(rows) == limit else {}
    seen = {"seenAt": clock.iso(clock.now_ms())} if shown else {}
    return jsonify({"notifications": shown, **cursor, "priority": False, **seen})


@blueprint.get("/xrpc/app.bsky.feed.getPosts")
def several_posts() -> ResponseReturnValue:
    """Several posts; those that are gone are silently left out."""
    viewer = signed_in()
    uris = request.args.getlist("uris")
    if len(uris) > SEVERAL_MOST:
        raise refused(f"Invalid app.bsky.feed.getPosts params: array too big (maximum 25, got {len(uris)})")
    found = [one for uri in uris if (one := status_at(book(), uri, viewer.id))]
    return jsonify(posts=post_views(found, viewer))


@blueprint.get("/xrpc/app.bsky.feed.getAuthorFeed")
def author_feed() -> ResponseReturnValue:
    """What an account wrote, newest first."""
    viewer, owner = signed_in(), actor_asked_for()
    limit = limit_asked_for("app.bsky.feed.getAuthorFeed")
    with_replies = request.args.get("filter", "posts_with_replies") == "posts_with_replies"
    below = request.args.get("cursor", "")
    window = Window(limit, max_id=int(below) if below.isdigit() else None)
    ids = reading.ids_by_account(book(), owner, window, with_replies=with_replies)
    feed = [{"post": post} for post in post_views(reading.statuses(book(), ids, viewer.id), viewer)]
    return jsonify({"feed": feed, **({"cursor": str(ids[-1])} if len(ids) == limit else {})})


@blueprint.get("/xrpc/app.bsky.feed.getPostThread")
def post_thread() -> ResponseReturnValue:
    """A post with what stands below and above it."""
    viewer, uri = signed_in(), request.args.get("uri", "")
    center = status_at(book(), uri, viewer.id)
    if center is None:
        raise RefusedError(400, "NotFound", f"Post not found: {uri}")
    depth = number_asked_for("depth", DEPTH_DEFAULT, DEPTH_MOST)
    node = branch(center, depth, viewer)
    above = parents(center, number_asked_for("parentHeight", 80, DEPTH_MOST), viewer)
    node = {**node, **({"parent": above} if above else {})}
    gate = gate_of_thread(center)
    return jsonify({"thread": node, **({"threadgate": shapes.gate_json(gate)} if gate else {})})


@blueprint.get("/xrpc/com.atproto.repo.getRecord")
def get_record() -> ResponseReturnValue:
    """A record as its repository has it."""
    owner, rkey = repo_asked_for(), request.args.get("rkey", "")
    found = records.standing(book(), owner, request.args.get("collection", ""), rkey)
    if found is None:
        raise RefusedError(400, "RecordNotFound", f"Could not locate record: {request.args.get('collection')}/{rkey}")
    return jsonify(uri=found.uri, cid=found.cid, value=found.value)


@blueprint.get("/xrpc/com.atproto.repo.listRecords")
def list_records() -> ResponseReturnValue:
    """The posts of a repository, greatest key first; the cursor is a key, and the next page lies below it."""
    owner, limit = repo_asked_for(), limit_asked_for("com.atproto.repo.listRecords")
    rows = book().rows("SELECT id FROM live WHERE account_id = :owner", {"owner": owner.id})
    found = post_records(book(), reading.statuses(book(), [row["id"] for row in rows], owner.id)).values()
    below = request.args.get("cursor") or "~"
    page = sorted((one for one in found if one.rkey < below), key=lambda one: one.rkey, reverse=True)[:limit]
    cursor = {"cursor": page[-1].rkey} if page else {}
    return jsonify({"records": [{"uri": one.uri, "cid": one.cid, "value": one.value} for one in page], **cursor})


@blueprint.post("/xrpc/com.atproto.repo.uploadBlob")
def upload_blob() -> ResponseReturnValue:
    """Take bytes that a record may name; the same bytes have the same name."""
    owner, data = signed_in(), request.get_data()
    if len(data) > MOST_BLOB_BYTES:
        raise RefusedError(400, "BlobTooLarge", "This file is too large. The maximum size is 1mb.")
    media.keep_upload(book(), owner.id, data)
    kind = media.type_of(data) or "application/octet-stream"
    return jsonify(blob=records.blob_of(data, kind))


@blueprint.post("/xrpc/com.atproto.repo.putRecord")
def put_record() -> ResponseReturnValue:
    """Write a record under its key."""
    owner, fields = own_repo(), sent_fields()
    record, changed = records.put(book(), owner, record_in(fields, owner), dict(fields))
    return jsonify(shapes.written_json(record, changed=changed))


@blueprint.post("/xrpc/com.atproto.repo.createRecord")
def create_record() -> ResponseReturnValue:
    """Write a new record, under a key of the server's choice when none is given."""
    owner, fields = own_repo(), sent_fields()
    key = fields.get("rkey") or names.rkey_of(clock.now_ms() << 16 | 1)
    record = records.create(book(), owner, record_in({**fields, "rkey": key}, owner))
    return jsonify(shapes.written_json(record, changed=True))


@blueprint.post("/xrpc/com.atproto.repo.deleteRecord")
def delete_record() -> ResponseReturnValue:
    """Take a record of one's own away; what is not there is taken away too."""
    owner, fields = own_repo(), sent_fields()
    done = records.delete(book(), owner, str(fields.get("collection")), str(fields.get("rkey")), dict(fields))
    commit = {"cid": names.cid_of([fields.get("rkey")]), "rev": names.rkey_of(clock.now_ms() << 16)}
    return jsonify({"commit": commit} if done else {})


@blueprint.route("/xrpc/<name>", methods=["GET", "POST"])
def unknown(name: str) -> ResponseReturnValue:
    """A call that is not practised here."""
    raise RefusedError(501, "MethodNotImplemented", "Method Not Implemented")


@blueprint.get("/profile/<actor>/post/<rkey>")
def web_page(actor: str, rkey: str) -> ResponseReturnValue:
    """The web page of a post: the citizens' one."""
    found = status_at(book(), names.uri_of(names.account_id_of(actor) or 0, names.POST, rkey), 0)
    if found is None:
        raise RefusedError(404, "NotFound", "Post not found")
    return redirect(place_of(found))


def bearer() -> str:
    """The call's token, or ""."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def signed_in(scope: str = tokens.ACCESS) -> Account:
    """The account of the call's token; refused without one."""
    if not bearer():
        raise RefusedError(401, "AuthMissing", "Authentication Required")
    number = tokens.account_id_in(book(), bearer(), scope)
    return reading.accounts(book(), [number])[number]


def session_tokens(account: Account) -> shapes.Json:
    """A new pair of tokens."""
    password = book().row("SELECT token FROM account WHERE id = :id", {"id": account.id})
    word = password["token"] if password else ""
    return {
        "accessJwt": tokens.new_token(account.id, word, tokens.ACCESS),
        "refreshJwt": tokens.new_token(account.id, word, tokens.REFRESH),
    }


def account_called(name: object) -> Account | None:
    """The account with this DID or handle."""
    name = name if isinstance(name, str) else ""
    if (number := names.account_id_of(name)) is not None:
        return reading.accounts(book(), [number]).get(number)
    username = names.username_of(name) if name.lower().endswith(names.HANDLES_END) else ""
    found = [reading.account_named(book(), username, one) for one in PLATFORMS] if username else []
    return next((one for one in found if one), None)


def actor_asked_for() -> Account:
    """The account the address names."""
    found = account_called(request.args.get("actor"))
    if found is None:
        raise refused("Profile not found")
    return found


def repo_asked_for() -> Account:
    """The account whose repository the address names."""
    found = account_called(request.args.get("repo"))
    if found is None:
        raise refused(f"Could not find repo: {request.args.get('repo')}")
    return found


def own_repo() -> Account:
    """The caller, who may write only in their own repository."""
    owner = signed_in()
    if sent_fields().get("repo") not in (names.did_of(owner.id), names.handle_of(owner.username)):
        raise RefusedError(401, "AuthenticationRequired", "Authentication Required")
    return owner


def sent_fields() -> Mapping[str, Any]:
    """The JSON object of the body."""
    fields = request.get_json(silent=True)
    if not isinstance(fields, dict):
        raise refused("A request body was expected but none was provided")
    return fields


def record_in(fields: Mapping[str, Any], owner: Account) -> Record:
    """The record the body holds."""
    value = fields.get("record")
    if not isinstance(value, dict):
        raise refused("Input/record must be an object")
    return Record(owner.id, str(fields.get("collection")), str(fields.get("rkey")), value)


def number_asked_for(name: str, usual: int, most: int) -> int:
    """A number in the address, at most `most`."""
    written = request.args.get(name, "")
    return min(int(written), most) if written.isascii() and written.isdigit() and len(written) < 9 else usual


def limit_asked_for(call: str) -> int:
    """How many the address asks for, refused when it is too many."""
    wanted = number_asked_for("limit", 50, 10**6)
    if wanted > PAGE_MOST:
        raise refused(f"Invalid {call} params: integer too big (maximum {PAGE_MOST}, got {wanted})")
    most = current_app.config.get("BLUESKY_PAGE", PAGE_MOST)
    return max(1, min(wanted, cast(int, most)))


def below_asked_for() -> int:
    """The time the page lies below, in milliseconds."""
    cursor = request.args.get("cursor")
    try:
        return clock.from_iso(cursor) if cursor else clock.END_OF_TIME
    except BadTimeError as problem:
        raise refused("Invalid cursor") from problem
