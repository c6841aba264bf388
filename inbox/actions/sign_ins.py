"""A lead's way to a platform and back (OAuth 2): begun here, taken up once with its state, ended with a connection.

The platform is only spoken to outside transactions. What it gave waits, encrypted, until the person has chosen.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.actions import channels
from inbox.actions.channels import Connection
from inbox.actions.errors import RefusedError
from inbox.channels import connector_for, oauth_google, oauth_mastodon
from inbox.channels.base import AccountProblem, AccountState, AuthExpiredError, ChannelError
from inbox.channels.bluesky_session import Tokens, sign_in
from inbox.channels.oauth import App, FoundAccount, as_text, from_text, new_state, new_verifier
from inbox.channels.oauth_meta import MetaSignIn
from inbox.models import Channel, ServerApp, SignIn
from inbox.models.sign_in import LASTS
from inbox.platform_apps import META, app_for, base_url_of, missing_settings, redirect_uri
from inbox.rights import FOR_PICTURES
from team.models import Membership

BY_OAUTH = (*META, Channel.Platform.YOUTUBE, Channel.Platform.MASTODON)


class BadStateError(RefusedError):
    """The answer of a platform does not belong to a sign-in of this person that is still open."""


def begin(
    platform: str,
    *,
    by: Membership,
    name: str = "",
    base_url: str = "",
    channel: Channel | None = None,
    with_pictures: bool = False,
) -> SignIn:
    """Begin a sign-in for a new channel, or for a known one; registers our app at a Mastodon server the first time.

    `with_pictures` asks for the right to put pictures in replies too, where it is one of its own.

    RefusedError when the platform's app is not set up, or the server does not let us register.
    """
    channels.must_lead(by, channel.municipality_id if channel else by.municipality_id)
    if missing := missing_settings(platform):
        raise RefusedError(
            _("Plattformen er ikke satt opp. Systemansvarlig må sette %(names)s.") % {"names": ", ".join(missing)}
        )
    where = channel.base_url if channel else (base_url_of(platform) or base_url)
    if platform == Channel.Platform.MASTODON:
        _server_app(where)
    return SignIn.objects.create(
        municipality=by.municipality,
        member=by,
        platform=platform,
        channel=channel,
        name=channel.name if channel else name,
        base_url=where,
        with_pictures=with_pictures and platform in FOR_PICTURES,
        state=new_state(),
        verifier=new_verifier(),
    )


def address_of(one: SignIn) -> str:
    """Return the platform's page that the person goes to."""
    if one.platform in META:
        also = [FOR_PICTURES[one.platform].scope] if one.with_pictures else []
        return _meta(one).address(settings.META_LOGIN_URL, one.state, also)
    if one.platform == Channel.Platform.YOUTUBE:
        return oauth_google.address(settings.GOOGLE_LOGIN_URL, app_for(one.platform), one.state, one.verifier)
    return oauth_mastodon.address(one.base_url, _server_app(one.base_url), one.state, one.verifier)


def take(state: str, platform: str, *, by: Membership) -> SignIn:
    """Return the sign-in the state belongs to, and use it up. BadStateError unless it is this person's and open."""
    now = timezone.now()
    mine = SignIn.objects.filter(
        state=state, platform=platform, member=by, municipality_id=by.municipality_id, created_at__gt=now - LASTS
    )
    if not state or not mine.filter(used_at=None).update(used_at=now):
        raise BadStateError(_("Svaret fra plattformen hører ikke til en pålogging som er åpen."))
    return mine.select_related("channel", "member").get()


def fetch(one: SignIn, code: str) -> None:
    """Give the code to the platform and keep the accounts it opens. RefusedError when it opens none."""
    try:
        found = _found(one, code)
    except ChannelError as error:
        raise RefusedError(in_words(error)) from error
    if not found:
        raise RefusedError(NOTHING_FOUND[Channel.Platform(one.platform)]())
    SignIn.objects.filter(pk=one.pk).update(found=as_text(found))


NOTHING_FOUND = {
    Channel.Platform.FACEBOOK: lambda: _("Du ga ikke tilgang til noen Facebook-side. Velg siden når Facebook spør."),
    Channel.Platform.INSTAGRAM: lambda: _(
        "Ingen av sidene du valgte har en profesjonell Instagram-konto. Knytt kontoen til siden på Facebook først."
    ),
    Channel.Platform.YOUTUBE: lambda: _("Kontoen har ingen YouTube-kanal, eller du krysset ikke av for YouTube."),
    Channel.Platform.MASTODON: lambda: _("Serveren fortalte ikke hvilken konto det er."),
}


def _found(one: SignIn, code: str) -> list[FoundAccount]:
    if one.platform in META:
        return _meta(one).accounts(code)
    if one.platform == Channel.Platform.YOUTUBE:
        grant = oauth_google.exchanged(settings.GOOGLE_TOKEN_URL, app_for(one.platform), code, one.verifier)
        account = oauth_google.account(one.base_url, grant)
        return [account] if account else []
    grant = oauth_mastodon.exchanged(one.base_url, _server_app(one.base_url), code, one.verifier)
    return [oauth_mastodon.account(one.base_url, grant)]


def accounts_of(one: SignIn) -> list[FoundAccount]:
    """Return the accounts that wait for a choice; none once one was chosen or the time is over."""
    return [] if one.is_over else from_text(one.found)


def choose(one: SignIn, account_id: str, *, by: Membership, knowingly: bool = False) -> Channel:
    """Connect the chosen account and forget the other tokens. RefusedError when it is not there or does not work."""
    account = next((found for found in accounts_of(one) if found.account_id == account_id), None)
    if account is None:
        raise RefusedError(_("Kontoen er ikke lenger å velge. Begynn på nytt."))
    connection = tried(one.platform, one.base_url, account)
    with transaction.atomic():
        row = channels.connect_account(connection, channel=one.channel, name=one.name, by=by, knowingly=knowingly)
        SignIn.objects.filter(pk=one.pk).update(found="")
    return row


def with_app_password(base_url: str, handle: str, password: str) -> Connection:
    """Sign in at a Bluesky server once and return what came of it; the app password is kept nowhere."""
    try:
        tokens = sign_in(base_url, handle.lstrip("@"), password)
        session = Tokens.read(tokens)
    except AuthExpiredError as error:
        raise RefusedError(
            _("Brukernavnet eller app-passordet er feil. Lag et nytt app-passord og prøv igjen.")
        ) from error
    except ChannelError as error:
        raise RefusedError(in_words(error)) from error
    account = FoundAccount(session.did, session.handle or handle, session.handle or handle, tokens)
    return tried(Channel.Platform.BLUESKY, base_url, account)


def with_feed(address: str) -> Connection:
    """Read a feed once and return it as a connection."""
    parts = urlsplit(address)
    handle = f"{parts.netloc}{parts.path}"[:200]
    return tried(Channel.Platform.RSS, address, FoundAccount("", handle, handle, ""))


def tried(platform: str, base_url: str, account: FoundAccount) -> Connection:
    """Try the account's token and return the connection. RefusedError unless it works, or only lacks rights."""
    kept = [account.token]  # a Bluesky session may be renewed at once
    try:
        connector = connector_for(
            platform,
            base_url,
            account.token,
            account.account_id or None,
            keep_token=kept.append,
            graph_version=settings.GRAPH_VERSION,
        )
        state = connector.check_account()
    except ChannelError as error:
        raise RefusedError(in_words(error)) from error
    if not state.ok and state.problem != AccountProblem.PERMISSION_MISSING:
        raise RefusedError(_why_not(state))
    known = account.account_id or state.account_id
    found = FoundAccount(
        known, account.handle, account.name, kept[-1], account.refresh_token, account.expires_at, account.scopes
    )
    return Connection(platform, base_url, found, state)


def revoke(channel: Channel) -> bool:
    """Tell the platform that our token is of no use any more; whether it could be told. Some have no way to be told."""
    try:
        if channel.platform == Channel.Platform.YOUTUBE:
            oauth_google.revoke(settings.GOOGLE_REVOKE_URL, channel.refresh_token or channel.token)
            return True
        app = ServerApp.objects.filter(base_url=channel.base_url, redirect_uri=redirect_uri(channel.platform)).first()
        if channel.platform == Channel.Platform.MASTODON and app:
            oauth_mastodon.revoke(channel.base_url, App(app.client_id, app.client_secret), channel.token)
            return True
    except ChannelError:
        return False
    return False


def in_words(error: ChannelError) -> str:
    """Return why a platform did not let us in, for the person to act on."""
    if isinstance(error, AuthExpiredError):
        return _("Plattformen tok ikke imot påloggingen. Koden kan være for gammel eller brukt før. Begynn på nytt.")
    if error.try_again:
        return _("Plattformen svarer ikke akkurat nå. Ingenting er endret. Prøv igjen om litt.")
    if error.code == oauth_google.NOT_LASTING:
        return _("Google ga bare tilgang for en time. Fjern SocialDesk fra tilkoblede apper på Google, og prøv igjen.")
    if error.code in {"invalid_client", "unauthorized_client"}:
        return _("Plattformen kjenner ikke appen vår. Be systemansvarlig se over app-id og hemmelighet.")
    return _("Plattformen sa nei eller svarte noe vi ikke forstår. Ingenting er endret. Sjekk adressen og prøv igjen.")


def _why_not(state: AccountState) -> str:
    if state.problem == AccountProblem.UNREACHABLE:
        return _("Plattformen svarer ikke akkurat nå. Ingenting er endret. Prøv igjen om litt.")
    if state.problem == AccountProblem.AUTH_EXPIRED:
        return _("Plattformen godtar ikke tilgangen den nettopp ga. Begynn på nytt.")
    if state.problem == AccountProblem.WRONG_ACCOUNT:
        return _("Tilgangen gjelder en annen konto enn den du valgte. Begynn på nytt.")
    return _("Plattformen sa nei eller svarte noe vi ikke forstår. Ingenting er endret. Sjekk adressen og prøv igjen.")


def _meta(one: SignIn) -> MetaSignIn:
    return MetaSignIn(one.platform, one.base_url, settings.GRAPH_VERSION, app_for(one.platform))


def _server_app(base_url: str) -> App:
    """Return our app at a Mastodon server; registers it there the first time (one call)."""
    back = redirect_uri(Channel.Platform.MASTODON)
    known = ServerApp.objects.filter(base_url=base_url, redirect_uri=back).first()
    if known is None:
        try:
            app = oauth_mastodon.registered(base_url, back, settings.SITE_URL)
        except ChannelError as error:
            raise RefusedError(in_words(error)) from error
        new = {"client_id": app.client_id, "client_secret": app.client_secret}
        known, _created = ServerApp.objects.get_or_create(base_url=base_url, redirect_uri=back, defaults=new)
    return App(known.client_id, known.client_secret, back)
