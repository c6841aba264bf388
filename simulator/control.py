"""The control API for tests and figures: set the stage, lay faults, read the book. For programs on loopback only."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from simulator import clock, judging, reading, writing
from simulator.citizens import citizen_named
from simulator.clock import BadTimeError
from simulator.current import book, simulator
from simulator.faults import BadRuleError
from simulator.platforms import PLATFORMS, USUAL
from simulator.reading import Account, Status
from simulator.text import with_prefix
from simulator.webhooks import BadSubscriptionError, subscription_from

blueprint = Blueprint("control", __name__, url_prefix="/_control")

Fields = Mapping[str, Any]


class BadOrderError(ValueError):
    """The control call lacks something or names something unknown; the message says what."""


@blueprint.before_request
def refuse_browsers() -> None:
    """A web page of somebody else, open in a browser on this machine, must not steer the simulator."""
    if request.headers.get("Origin"):
        abort(403)


@blueprint.errorhandler(BadOrderError)
@blueprint.errorhandler(BadTimeError)
@blueprint.errorhandler(BadRuleError)
@blueprint.errorhandler(BadSubscriptionError)
@blueprint.errorhandler(writing.TakenError)
def explain(problem: Exception) -> ResponseReturnValue:
    """422 with the reason."""
    return jsonify(error=str(problem)), 422


@blueprint.errorhandler(UnicodeEncodeError)
def explain_letters(_problem: UnicodeEncodeError) -> ResponseReturnValue:
    """422: only texts may hold half letters."""
    return jsonify(error="names, tokens and languages must be letters that UTF-8 can write"), 422


@blueprint.post("/accounts")
def create_account() -> ResponseReturnValue:
    """Open a municipality's account: username, display_name, token; optional platform."""
    order = one_order()
    new = writing.NewAccount(
        username=text_of(order, "username"),
        display_name=text_of(order, "display_name"),
        token=text_of(order, "token"),
        note=str(order.get("note", "")),
        kind="municipality",
        platform=platform_of(order),
    )
    account_id = str(writing.open_account(book(), new))
    return jsonify(id=account_id, username=new.username, token=new.token, platform=new.platform), 201


@blueprint.post("/posts")
def create_posts() -> ResponseReturnValue:
    """Write a post, or a list of them: account, text; optional platform, created_at, language, visibility."""
    return written_all(post_from)


@blueprint.post("/comments")
def create_comments() -> ResponseReturnValue:
    """Write a comment, or a list of them: parent, author, text, mention.

    Optional: username, created_at, language, visibility.
    """
    return written_all(comment_from)


@blueprint.put("/statuses/<int:status_id>")
def edit(status_id: int) -> ResponseReturnValue:
    """Give a post or comment a new text: text; optional edited_at."""
    order = one_order()
    status_or_404(status_id)
    writing.edit_status(book(), status_id, text_of(order, "text"), time_of(order, "edited_at"))
    return jsonify(id=str(status_id))


@blueprint.delete("/statuses/<int:status_id>")
def delete(status_id: int) -> ResponseReturnValue:
    """Delete a post or comment as its author would."""
    status_or_404(status_id)
    writing.delete_status(book(), status_id)
    return jsonify(id=str(status_id))


@blueprint.get("/book")
def published() -> ResponseReturnValue:
    """What was really published over the API: of ?account= on ?platform=, or of all."""
    return jsonify(judging.published(book(), account_in_address()))


@blueprint.get("/comments")
def comments() -> ResponseReturnValue:
    """What citizens really wrote, deleted or not: under the posts of ?account= on ?platform=, or all."""
    return jsonify(judging.comments(book(), account_in_address()))


@blueprint.get("/acts")
def acts() -> ResponseReturnValue:
    """What was done to what citizens wrote, beside writing: ids as texts."""
    return jsonify(judging.acts(book()))


@blueprint.get("/faults")
def faults() -> ResponseReturnValue:
    """The rules in force with their hits."""
    return jsonify(simulator().faults.as_json())


@blueprint.post("/faults")
def add_faults() -> ResponseReturnValue:
    """Add one rule or a list; see faults.py for the kinds."""
    body = request.get_json()
    return jsonify(simulator().faults.add(body if isinstance(body, list) else [body])), 201


@blueprint.delete("/faults")
def clear_faults() -> ResponseReturnValue:
    """Take all rules away."""
    simulator().faults.clear()
    return jsonify([])


@blueprint.get("/webhooks")
def webhooks() -> ResponseReturnValue:
    """Where webhooks go, how many are held or waiting, and how each that was sent was answered."""
    return jsonify(simulator().webhooks.as_json())


@blueprint.post("/webhooks")
def subscribe() -> ResponseReturnValue:
    """Send webhooks to an address that confirms: url, secret, verify_token; faults as in webhooks.py."""
    simulator().webhooks.subscribe(subscription_from(one_order()), confirm=True)
    return jsonify(simulator().webhooks.as_json()), 201


@blueprint.post("/webhooks/flush")
def flush_webhooks() -> ResponseReturnValue:
    """Send what is held."""
    return jsonify(deliveries=simulator().webhooks.flush())


@blueprint.delete("/webhooks")
def unsubscribe() -> ResponseReturnValue:
    """Send no more webhooks."""
    simulator().webhooks.unsubscribe()
    return jsonify({})


@blueprint.post("/reset")
def reset() -> ResponseReturnValue:
    """Empty everything: the book, the faults, the counted calls, the webhooks."""
    simulator().faults.clear()
    simulator().limits.clear()
    simulator().webhooks.unsubscribe()
    book().clear()
    return jsonify({})


def written_all(new_from: Callable[[Fields], writing.NewStatus]) -> ResponseReturnValue:
    """Write what one order or a list of orders describes, all or nothing, and answer with ids in the same form."""
    body = request.get_json()
    orders = body if isinstance(body, list) else [body]
    with book().transaction():
        ids = [writing.write_status(book(), new_from(checked(order))) for order in orders]
    found = [{"id": str(status_id)} for status_id in ids]
    return jsonify(found if isinstance(body, list) else found[0]), 201


def post_from(order: Fields) -> writing.NewStatus:
    """A post as ordered."""
    return writing.NewStatus(
        author_id=account_named(text_of(order, "account"), platform_of(order)).id,
        text=text_of(order, "text"),
        language=str(order.get("language", "nb")),
        visibility=visibility_of(order),
        created_at=time_of(order, "created_at"),
    )


def comment_from(order: Fields) -> writing.NewStatus:
    """A comment as ordered, on the platform of what it answers.

    `mention` puts those it answers in front, which notifies them; on by default where nobody is told otherwise.
    """
    parent = status_or_404(id_of(order, "parent"))
    root = reading.status(book(), parent.root_id) or parent
    platform = PLATFORMS[root.author.platform]
    author = citizen_named(
        book(),
        str(order.get("author", "Kari Prøvestad")),
        username=order.get("username"),
        browser=None,
        platform=platform.name,
    )
    mentions = order.get("mention", platform.by_mention)
    mentioned = [root.author.username, parent.author.username] if mentions else []
    return writing.NewStatus(
        author_id=author.id,
        text=with_prefix(text_of(order, "text"), (name for name in mentioned if name != author.username)),
        parent_id=parent.id,
        language=str(order.get("language", "nb")),
        visibility=visibility_of(order),
        created_at=time_of(order, "created_at"),
    )


def one_order() -> Fields:
    """The JSON object of the call."""
    return checked(request.get_json())


def checked(order: object) -> Fields:
    """An order must be a JSON object."""
    if not isinstance(order, dict):
        raise BadOrderError("send a JSON object")
    return order


def text_of(order: Fields, name: str) -> str:
    """A field that must be a text with something in it."""
    value = order.get(name)
    if not isinstance(value, str) or not value:
        raise BadOrderError(f"{name} is missing or no text")
    return value


def id_of(order: Fields, name: str) -> int:
    """A field that must be an id, as text or number."""
    value = str(order.get(name))
    if not value.isdigit():
        raise BadOrderError(f"{name} is missing or no id")
    return int(value)


def time_of(order: Fields, name: str) -> int | None:
    """A time in ISO 8601 with zone as milliseconds, or None when not given."""
    value = order.get(name)
    return None if value is None else clock.from_iso(value)


def visibility_of(order: Fields) -> str:
    """One of Mastodon's four visibilities; public when not given."""
    value = str(order.get("visibility", "public"))
    if value not in writing.VISIBILITIES:
        raise BadOrderError(f"visibility must be one of {', '.join(writing.VISIBILITIES)}")
    return value


def platform_of(order: Fields) -> str:
    """One of the platforms; Mastodon when not given."""
    value = str(order.get("platform") or USUAL)
    if value not in PLATFORMS:
        raise BadOrderError(f"platform must be one of {', '.join(PLATFORMS)}")
    return value


def account_named(username: str, platform: str) -> Account:
    """An account by its user name on a platform."""
    found = reading.account_named(book(), username, platform)
    if found is None:
        raise BadOrderError(f"there is no account {username!r} on {platform}; open it with POST /_control/accounts")
    return found


def account_in_address() -> Account | None:
    """The account named in ?account= (on ?platform=, or Mastodon), or None for all."""
    username = request.args.get("account")
    return account_named(username, platform_of(request.args)) if username else None


def status_or_404(status_id: int) -> Status:
    """A status, whatever its visibility; refused when it is not there."""
    row = book().row("SELECT account_id FROM live WHERE id = :id", {"id": status_id})
    found = reading.status(book(), status_id, row["account_id"]) if row else None
    if found is None:
        raise BadOrderError(f"there is no status {status_id}, or it is deleted")
    return found
