"""The sign-ins' plain functions against servers that say no, say nonsense, or say too much."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from inbox.channels import oauth_google, oauth_mastodon
from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    PermissionMissingError,
    ProtocolError,
    RejectedError,
    TransientError,
)
from inbox.channels.oauth import App, FoundAccount, Grant, as_text, challenge_of, end_of, from_text, new_verifier
from inbox.channels.oauth_meta import MetaSignIn
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.reference import needs_reference, read

APP = App("1001", "hemmelig-app", "https://sosiale.example/kanaler/tilbake/x/")
SECRETS = ("hemmelig-app", "en-kode", "en-fornyer", "et-token")


def test_the_challenge_is_the_one_of_the_standards_own_example() -> None:
    """RFC 7636, appendix B."""
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert 43 <= len(new_verifier()) <= 128
    assert new_verifier() != new_verifier()


def test_accounts_can_be_stored_and_read_again() -> None:
    found = [
        FoundAccount("1", "meraker", "Meråker kommune", "t", "r", datetime(2026, 12, 1, tzinfo=UTC), ("read",)),
        FoundAccount("2", "tydal", "Tydal kommune", "u"),
    ]
    assert from_text(as_text(found)) == found
    assert from_text("") == []


def test_nobody_finds_a_token_in_the_look_of_a_value() -> None:
    values = (APP, Grant("et-token", "en-fornyer"), FoundAccount("1", "h", "n", "et-token", "en-fornyer"))
    assert not [secret for secret in SECRETS for value in values if secret in repr(value)]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"error": "invalid_grant"}, AuthExpiredError),
        (401, {"error": "invalid_client"}, RejectedError),
        (400, {"error": "invalid_scope"}, PermissionMissingError),
        (500, b"<html>", TransientError),
        (503, b"", TransientError),
        (200, b"<html>not json", ProtocolError),
        (200, {"token_type": "Bearer"}, ProtocolError),
        (200, ["access_token"], ProtocolError),
        (302, b"", TransientError),
    ],
)
def test_each_refusal_of_a_token_endpoint_says_what_could_help(status: int, body: object, expected: type) -> None:
    with AnsweringServer() as server:
        server.on("/token", body, status)
        with pytest.raises(ChannelError) as caught:
            oauth_google.renewed(f"{server.url}/token", APP, "en-fornyer")
    assert type(caught.value) is expected
    assert caught.value.raw == b""


def test_an_error_that_repeats_what_it_was_sent_is_not_kept() -> None:
    with AnsweringServer() as server:
        server.on("/token", {"error": "invalid_grant", "sent": list(SECRETS)}, 400)
        with pytest.raises(AuthExpiredError) as caught:
            oauth_google.renewed(f"{server.url}/token", APP, "en-fornyer")
    assert not [secret for secret in SECRETS if secret in f"{caught.value!r} {caught.value.args}"]


def test_a_secret_goes_in_the_body_and_never_in_the_address() -> None:
    with AnsweringServer() as server:
        server.on("/token", {"access_token": "et-token", "expires_in": 3599, "refresh_token": "en-fornyer"})
        grant = oauth_google.exchanged(f"{server.url}/token", APP, "en-kode", "v" * 64)
        head, body = server.requests[0]
    assert grant.expires_at is not None
    assert timedelta(minutes=58) < grant.expires_at - datetime.now(UTC) < timedelta(hours=1)
    assert not [secret for secret in SECRETS if secret in head]
    assert "application/x-www-form-urlencoded" in head
    sent = parse_qs(body.decode())
    assert sent["code_verifier"] == ["v" * 64]
    assert sent["client_secret"] == ["hemmelig-app"]
    assert sent["redirect_uri"] == [APP.redirect_uri]


def test_google_without_a_refresh_token_is_refused_since_it_would_die_within_the_hour() -> None:
    with AnsweringServer() as server:
        server.on("/token", {"access_token": "et-token", "expires_in": 3599})
        with pytest.raises(RejectedError, match="refresh token"):
            oauth_google.exchanged(f"{server.url}/token", APP, "en-kode", "v" * 64)


def test_google_is_asked_for_access_that_lasts_with_pkce() -> None:
    asked = parse_qs(urlsplit(oauth_google.address("https://login.example/auth", APP, "tilstand", "v" * 64)).query)
    assert asked["access_type"] == ["offline"]
    assert asked["code_challenge"] == [challenge_of("v" * 64)]
    assert asked["state"] == ["tilstand"]
    assert "v" * 64 not in str(asked)


def test_metas_number_for_a_used_code_means_to_begin_anew() -> None:
    refusal = {"error": {"message": "This authorization code has been used.", "type": "OAuthException", "code": 100}}
    with AnsweringServer() as server:
        server.on("/v26.0/oauth/access_token", refusal, 400)
        with pytest.raises(AuthExpiredError):
            MetaSignIn("facebook", server.url, "v26.0", APP).accounts("en-kode")


@pytest.mark.parametrize("about", [{"is_valid": False}, {"is_valid": True, "app_id": "another"}, "nonsense", None])
def test_a_page_token_that_is_not_ours_is_refused(about: object) -> None:
    page = {"id": "9", "name": "Side", "access_token": "et-token"}
    with AnsweringServer() as server:
        server.on("/v26.0/oauth/access_token", {"access_token": "bruker"})
        server.on("/v26.0/me/accounts", {"data": [page, {"id": "10"}, "nonsense"]})
        server.on("/v26.0/debug_token", {"data": about})
        with pytest.raises(AuthExpiredError):
            MetaSignIn("facebook", server.url, "v26.0", APP).accounts("en-kode")


def test_all_pages_of_the_list_are_read_and_the_first_end_counts() -> None:
    ends = int((datetime.now(UTC) + timedelta(days=60)).timestamp())
    about = {"is_valid": True, "app_id": 1001, "expires_at": 0, "data_access_expires_at": ends, "scopes": ["a", 7]}
    first = {"data": [{"id": "9", "name": "En", "access_token": "et-token"}], "paging": {"cursors": {"after": "X"}}}
    first["paging"]["next"] = "https://elsewhere.example/steal?after=X"
    with AnsweringServer() as server:
        server.on("/v26.0/oauth/access_token", {"access_token": "bruker"})
        server.on("/v26.0/me/accounts", first)
        more = "/v26.0/me/accounts?fields=id%2Cname%2Cusername%2Caccess_token%2Cinstagram_business_account"
        second = {"data": [{"id": "10", "name": "To", "access_token": "et-annet"}]}
        server.on(f"{more}%7Bid%2Cusername%2Cname%7D&after=X", second)
        server.on("/v26.0/debug_token", {"data": about})
        found = MetaSignIn("facebook", server.url, "v26.0", APP).accounts("en-kode")
    assert [(one.account_id, one.token) for one in found] == [("9", "et-token"), ("10", "et-annet")]
    assert found[0].scopes == ("a",)
    assert found[0].expires_at == datetime.fromtimestamp(ends, UTC)


@needs_reference
def test_the_recorded_token_has_its_rights_and_its_first_end() -> None:
    app = replace(APP, client_id="appId")
    with AnsweringServer() as server:
        server.on("/v26.0/oauth/access_token", {"access_token": "bruker"})
        server.on("/v26.0/me/accounts", {"data": [{"id": "9", "name": "Side", "access_token": "et-token"}]})
        server.on("/v26.0/debug_token", read("channels/facebook/token_info.json"))
        (found,) = MetaSignIn("facebook", server.url, "v26.0", app).accounts("en-kode")
    assert found.scopes == ("email", "read_insights", "manage_pages", "pages_show_list", "public_profile")
    assert found.expires_at == datetime(2019, 12, 26, 8, tzinfo=UTC)


def test_a_mastodon_server_that_gives_no_secret_is_not_understood() -> None:
    with AnsweringServer() as server:
        server.on("/api/v1/apps", {"client_id": "x"})
        with pytest.raises(ProtocolError):
            oauth_mastodon.registered(server.url, APP.redirect_uri, "https://sosiale.example")


@pytest.mark.parametrize("seconds", [0, -1, True, "3600", None, 10**12, float("inf")])
def test_an_end_that_is_no_number_of_seconds_is_no_end(seconds: object) -> None:
    assert end_of(seconds) is None
