"""The practice sign-ins refuse what the real ones refuse: a used code, another app's secret, another way back."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.inbox.channels.reference import needs_reference, read
from tests.simulator.test_shapes import differences
from tests.simulator_server import Simulator

BACK = "http://127.0.0.1:9/tilbake/"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def google_code(simulator: Simulator) -> str:
    query = {
        "client_id": "ovelse",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "les",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    address = f"{simulator.url}/google/auth?{urlencode(query)}"
    number = re.findall(r'value="(\d+)"', requests.get(address, timeout=30).text)[0]
    form = {"answer": "allow", "account": number, "scope": "les"}
    back = requests.post(address, data=form, timeout=30, allow_redirects=False)
    told = parse_qs(urlsplit(back.headers["Location"]).query)
    assert told["state"] == ["s"]
    return told["code"][0]


def token(simulator: Simulator, code: str, **more: str) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": "ovelse",
        "client_secret": "ovelse",
        "redirect_uri": BACK,
        "code": code,
        "code_verifier": VERIFIER,
        **more,
    }
    return requests.post(f"{simulator.url}/google/token", data=form, timeout=30)


def test_a_code_is_good_once(simulator: Simulator) -> None:
    code = google_code(simulator)
    assert token(simulator, code).status_code == 200
    again = token(simulator, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_verifier": "x" * 43}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:9/annet/"}, "invalid_grant"),
        ({"client_id": "en-annen"}, "invalid_grant"),
        ({"client_secret": "feil"}, "invalid_client"),
    ],
)
def test_a_code_is_good_only_for_the_one_who_asked(wrong: dict[str, str], error: str, simulator: Simulator) -> None:
    assert token(simulator, google_code(simulator), **wrong).json()["error"] == error


def test_a_token_that_was_given_out_speaks_for_its_account_until_it_is_taken_back(simulator: Simulator) -> None:
    given = token(simulator, google_code(simulator)).json()
    mine = "/youtube/v3/channels?part=snippet&mine=true"
    assert simulator.api("GET", mine, token=given["access_token"]).json()["items"][0]["snippet"]["title"]
    requests.post(f"{simulator.url}/google/revoke", data={"token": given["refresh_token"]}, timeout=30)
    assert simulator.api("GET", mine, token=given["access_token"]).status_code == 401
    form = {"grant_type": "refresh_token", "client_secret": "ovelse", "refresh_token": given["refresh_token"]}
    assert requests.post(f"{simulator.url}/google/token", data=form, timeout=30).status_code == 400


def test_mastodon_knows_only_apps_that_were_registered_with_their_own_way_back(simulator: Simulator) -> None:
    query = {"client_id": "ukjent", "redirect_uri": BACK, "response_type": "code"}
    assert requests.get(f"{simulator.url}/oauth/authorize?{urlencode(query)}", timeout=30).status_code == 400
    app = {"client_name": "SocialDesk", "redirect_uris": BACK, "scopes": "read"}
    made = requests.post(f"{simulator.url}/api/v1/apps", data=app, timeout=30).json()
    query["client_id"] = made["client_id"]
    assert requests.get(f"{simulator.url}/oauth/authorize?{urlencode(query)}", timeout=30).status_code == 200
    query["redirect_uri"] = "http://127.0.0.1:9/annet/"
    assert requests.get(f"{simulator.url}/oauth/authorize?{urlencode(query)}", timeout=30).status_code == 400


def test_the_page_of_app_passwords_shows_what_lets_a_person_in(simulator: Simulator) -> None:
    page = requests.get(f"{simulator.url}/settings/app-passwords", timeout=30).text
    assert "meraker.test" in page
    assert "demo-token-meraker" in page


@needs_reference
def test_what_a_token_may_do_is_told_as_recorded(simulator: Simulator) -> None:
    simulator.open("facebook")
    scopes = ["pages_show_list", "pages_read_engagement"]
    query = {"client_id": "app", "redirect_uri": BACK, "response_type": "code", "scope": ",".join(scopes)}
    address = f"{simulator.url}/meta/v26.0/dialog/oauth?{urlencode(query)}"
    number = re.findall(r'value="(\d+)"', requests.get(address, timeout=30).text)[0]
    form = {"answer": "allow", "account": number, "scope": scopes}
    back = requests.post(address, data=form, timeout=30, allow_redirects=False)
    order = {"code": parse_qs(urlsplit(back.headers["Location"]).query)["code"][0], "redirect_uri": BACK}
    order |= {"client_id": "app", "client_secret": "ovelse"}
    graph = f"{simulator.url}/graph/v26.0"
    user = requests.post(f"{graph}/oauth/access_token", data=order, timeout=30).json()["access_token"]
    pages = requests.get(f"{graph}/me/accounts", headers={"Authorization": f"Bearer {user}"}, timeout=30).json()
    asked = {"input_token": pages["data"][0]["access_token"]}
    app = {"Authorization": "Bearer app|ovelse"}
    given = requests.get(f"{graph}/debug_token", params=asked, headers=app, timeout=30).json()
    wanted = read("channels/facebook/token_info.json")
    assert differences(wanted, given) == []
    assert given["data"]["scopes"] == [one["scope"] for one in given["data"]["granular_scopes"]] == scopes
