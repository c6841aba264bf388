"""The practice platforms' sign-in: a page with one button «Gi tilgang», and what can go wrong, to practise with.

The addresses are those of the real platforms under a prefix: `/meta/<version>/dialog/oauth`, `/google/auth`,
`/oauth/authorize`; `/settings/app-passwords` is Bluesky's page. The token endpoints stand in `sign_in_tokens`.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from simulator import clock, reading
from simulator.citizen_pages import SAFE_HEADERS
from simulator.current import book
from simulator.sign_in_book import CODE_LIVES, Given, give, known, own_token

blueprint = Blueprint("sign_in", __name__)

NAMES = {"meta": "Facebook og Instagram", "google": "YouTube", "mastodon": "Mastodon"}


@dataclass(frozen=True)
class Asked:
    """What an app asks for in the address it sent the person to."""

    platform: str
    app: str
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    challenge: str

    @classmethod
    def read(cls, platform: str) -> "Asked":
        """What stands in this call's address; 400 for an app or a way that is not spoken here."""
        asked = request.args
        if asked.get("response_type") != "code" or not asked.get("client_id") or not asked.get("redirect_uri"):
            abort(400)
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            abort(400)
        scopes = asked.get("scope", "").replace(",", " ").split()
        return cls(
            platform,
            asked["client_id"],
            asked["redirect_uri"],
            asked.get("state", ""),
            tuple(scopes),
            asked.get("code_challenge", ""),
        )

    def back(self, **answer: str) -> str:
        """The app's address with the answer and its state."""
        return f"{self.redirect_uri}?{urlencode({**answer, 'state': self.state})}"


@blueprint.after_request
def add_safe_headers(response: Response) -> Response:
    """Headers as on the citizens' pages; only the form may lead back to the app that asked."""
    response.headers.update(SAFE_HEADERS)
    policy = SAFE_HEADERS["Content-Security-Policy"].replace("form-action 'self'", "form-action http: https:")
    response.headers["Content-Security-Policy"] = policy
    return response


@blueprint.before_app_request
def let_granted_tokens_in() -> None:
    """A token that was given out stands for its account's own, until it ends or is taken back."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token.startswith("given-"):
        return
    given = known(book(), token, "token")
    own = own_token(book(), given.accounts[0]) if given and given.accounts else ""
    if own:
        request.environ["sign_in.token"] = token
        request.environ["HTTP_AUTHORIZATION"] = f"Bearer {own}"


@blueprint.get("/meta/<version>/dialog/oauth")
@blueprint.post("/meta/<version>/dialog/oauth")
def meta(version: str) -> ResponseReturnValue:
    """Meta's dialog: which Pages, with which rights."""
    return dialog(Asked.read("meta"), several=True)


@blueprint.get("/google/auth")
@blueprint.post("/google/auth")
def google() -> ResponseReturnValue:
    """Google's consent page."""
    return dialog(Asked.read("google"), several=False)


@blueprint.get("/oauth/authorize")
@blueprint.post("/oauth/authorize")
def mastodon() -> ResponseReturnValue:
    """A Mastodon server's page; only for an app that was registered, with its own address to go back to."""
    asked = Asked.read("mastodon")
    app = known(book(), asked.app, "app")
    if app is None or app.redirect_uri != asked.redirect_uri:
        abort(400)
    return dialog(asked, several=False)


def dialog(asked: Asked, *, several: bool) -> ResponseReturnValue:
    """Show the page, or carry out what its buttons say."""
    if request.method == "GET":
        accounts = accounts_on(platform_of(asked))
        return render_template(
            "sign_in.html", asked=asked, platform=NAMES[asked.platform], accounts=accounts, several=several
        )
    if request.form.get("answer") != "allow":
        return redirect(asked.back(error="access_denied", error_reason="user_denied"))
    chosen = tuple(int(one) for one in request.form.getlist("account") if one.isdecimal())
    scopes = tuple(one for one in asked.scopes if one in request.form.getlist("scope"))
    late = request.form.get("late") == "yes"
    given = Given(
        "code",
        asked.platform,
        chosen,
        scopes,
        asked.app,
        asked.redirect_uri,
        asked.challenge,
        clock.now_ms() + (-1 if late else CODE_LIVES),
    )
    return redirect(asked.back(code=give(book(), given, prefix="code")))


def platform_of(asked: Asked) -> str:
    """Where the accounts stand that the app asks for. Meta's one dialog is for two platforms: the rights tell which."""
    if asked.platform == "meta":
        return "instagram" if any(one.startswith("instagram") for one in asked.scopes) else "facebook"
    return "youtube" if asked.platform == "google" else asked.platform


def accounts_on(platform: str) -> list[reading.Account]:
    """The municipalities' accounts there, or else those on Mastodon, which may be practised with in all languages."""
    everywhere = reading.municipalities(book())
    there = [one for one in everywhere if one.platform == platform]
    return there or [one for one in everywhere if one.platform == "mastodon"]


@blueprint.get("/settings/app-passwords")
def app_passwords() -> ResponseReturnValue:
    """Bluesky's page for app passwords: here each account has one that always works."""
    accounts = [(one, own_token(book(), one.id)) for one in accounts_on("bluesky")]
    return render_template("app_passwords.html", accounts=accounts)
