"""The practice platforms' token endpoints, with the answers of the real ones: Meta, Google, Mastodon."""

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from simulator import clock, reading
from simulator.current import book
from simulator.sign_in_book import Given, answers_challenge, give, known, take_back, use_up

blueprint = Blueprint("sign_in_tokens", __name__)
AN_HOUR, SIXTY_DAYS = 3600, 60 * 24 * 3600
SECRET = "ovelse"  # noqa: S105 - the practice apps' secret, written in the demo's settings


def refused(error: str, status: int = 400) -> ResponseReturnValue:
    """An error as RFC 6749 writes it."""
    return jsonify(error=error, error_description="Practice refusal"), status


def graph_refused(code: int, message: str, status: int = 400) -> ResponseReturnValue:
    """An error as the Graph API writes it."""
    return jsonify(error={"message": message, "type": "OAuthException", "code": code}), status


def in_seconds(seconds: int) -> int:
    """The moment so many seconds ahead, in milliseconds."""
    return clock.now_ms() + seconds * 1000


@blueprint.post("/graph/<version>/oauth/access_token")
def meta_token(version: str) -> ResponseReturnValue:
    """A user token for a code, and a long-lived one for a user token."""
    form = request.form
    if form.get("client_secret") != SECRET:
        return graph_refused(1, "Error validating client secret.")
    if form.get("grant_type") == "fb_exchange_token":
        short = known(book(), form.get("fb_exchange_token", ""), "user")
        if short is None:
            return graph_refused(190, "Invalid OAuth access token.")
        return meta_user(short, SIXTY_DAYS)
    code = use_up(book(), form.get("code", ""))
    if code is None or code.platform != "meta" or code.redirect_uri != form.get("redirect_uri"):
        return graph_refused(100, "This authorization code has expired or been used.")
    return meta_user(code, AN_HOUR)


def meta_user(origin: Given, seconds: int) -> ResponseReturnValue:
    """A user token with the rights and Pages of where it comes from."""
    given = Given("user", "meta", origin.accounts, origin.scopes, origin.app, ends_at=in_seconds(seconds))
    token = give(book(), given, prefix="user")
    return jsonify(access_token=token, token_type="bearer", expires_in=seconds)  # noqa: S106


@blueprint.get("/graph/<version>/me/accounts")
def meta_accounts(version: str) -> ResponseReturnValue:
    """The Pages the person let the app into, each with a token of its own and its Instagram account."""
    user = known(book(), bearer(), "user")
    if user is None:
        return graph_refused(190, "Invalid OAuth access token.", 401)
    if "pages_show_list" not in user.scopes:
        return jsonify(data=[])
    return jsonify(data=[page_json(one, user) for one in reading.accounts(book(), user.accounts).values()])


def page_json(account: reading.Account, user: Given) -> dict[str, Any]:
    """One Page. Its token has no end."""
    token = give(book(), Given("token", "meta", (account.id,), user.scopes, user.app), prefix="given")
    plain = {"id": str(account.id), "name": account.name, "username": account.username}
    return {**plain, "access_token": token, "instagram_business_account": plain}


@blueprint.get("/graph/<version>/debug_token")
def meta_debug(version: str) -> ResponseReturnValue:
    """What a token may do and until when."""
    app, _, secret = bearer().partition("|")
    if secret != SECRET:
        return graph_refused(190, "Invalid OAuth access token.")
    token = known(book(), request.args.get("input_token", ""), "token")
    if token is None or token.app != app:
        return jsonify(data={"is_valid": False, "scopes": []})
    return jsonify(
        data={
            "app_id": token.app,
            "application": "SocialDesk",
            "type": "PAGE",
            "user_id": str(token.accounts[0]) if token.accounts else "",
            "is_valid": True,
            "expires_at": 0,
            "data_access_expires_at": in_seconds(SIXTY_DAYS) // 1000,
            "scopes": list(token.scopes),
            "granular_scopes": [{"scope": one} for one in token.scopes],
        }
    )


@blueprint.post("/google/token")
def google_token() -> ResponseReturnValue:
    """Tokens for a code with its verifier, or a new access token for a refresh token."""
    form = request.form
    if form.get("client_secret") != SECRET:
        return refused("invalid_client", 401)
    if form.get("grant_type") == "refresh_token":
        refresh = known(book(), form.get("refresh_token", ""), "refresh")
        return refused("invalid_grant") if refresh is None else jsonify(google_access(refresh))
    code = use_up(book(), form.get("code", ""))
    if code is None or not fits(code, "google"):
        return refused("invalid_grant")
    given = Given("refresh", "google", code.accounts, code.scopes, code.app)
    return jsonify(google_access(code) | {"refresh_token": give(book(), given, prefix="refresh")})


def google_access(origin: Given) -> dict[str, Any]:
    """An access token of an hour."""
    given = Given("token", "google", origin.accounts, origin.scopes, origin.app, ends_at=in_seconds(AN_HOUR))
    token = give(book(), given, prefix="given")
    return {"access_token": token, "token_type": "Bearer", "expires_in": AN_HOUR, "scope": " ".join(origin.scopes)}


@blueprint.post("/google/revoke")
def google_revoke() -> ResponseReturnValue:
    """Take a token back."""
    take_back(book(), request.form.get("token", ""))
    return jsonify({})


@blueprint.post("/api/v1/apps")
def mastodon_app() -> ResponseReturnValue:
    """Register an app."""
    form = request.form
    if not form.get("client_name") or not form.get("redirect_uris"):
        return refused("Validation failed", 422)
    scopes = tuple(form.get("scopes", "read").split())
    given = Given("app", "mastodon", (), scopes, redirect_uri=form["redirect_uris"])
    return jsonify(
        client_id=give(book(), given, prefix="app"), client_secret=SECRET, redirect_uri=form["redirect_uris"]
    )


@blueprint.get("/api/v1/apps/verify_credentials")
def mastodon_app_of_token() -> ResponseReturnValue:
    """What the token's app may ask for; told only for tokens that were given out here."""
    given = known(book(), request.environ.get("sign_in.token", ""), "token")
    return (
        jsonify(name="SocialDesk", scopes=list(given.scopes)) if given else refused("The access token is invalid", 401)
    )


@blueprint.post("/oauth/token")
def mastodon_token() -> ResponseReturnValue:
    """A token for a code with its verifier."""
    form = request.form
    app = known(book(), form.get("client_id", ""), "app")
    if app is None or form.get("client_secret") != SECRET:
        return refused("invalid_client", 401)
    code = use_up(book(), form.get("code", ""))
    if code is None or not fits(code, "mastodon"):
        return refused("invalid_grant")
    token = give(book(), Given("token", "mastodon", code.accounts, code.scopes, code.app), prefix="given")
    scope, moment = " ".join(code.scopes), clock.now_ms() // 1000
    return jsonify(access_token=token, token_type="Bearer", scope=scope, created_at=moment)  # noqa: S106


@blueprint.post("/oauth/revoke")
def mastodon_revoke() -> ResponseReturnValue:
    """Take a token back."""
    take_back(book(), request.form.get("token", ""))
    return jsonify({})


def fits(code: Given, platform: str) -> bool:
    """Whether a code is good here: for this platform, app and way back, with the verifier of its challenge."""
    form = request.form
    return (
        code.platform == platform
        and code.app == form.get("client_id")
        and code.redirect_uri == form.get("redirect_uri")
        and answers_challenge(code.challenge, form.get("code_verifier", ""))
    )


def bearer() -> str:
    """The call's token, or ""."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ")
