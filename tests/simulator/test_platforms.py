"""One book, five platforms: accounts, citizens and limits of each, and its own pages."""

import pytest
import requests

from simulator.platforms import PLATFORMS
from tests.simulator_server import Simulator

EVERY = sorted(PLATFORMS)
ONE_LEVEL = [one.name for one in PLATFORMS.values() if one.levels]
POST_WORDS = {"facebook": "Innlegg", "instagram": "Bilder", "youtube": "Filmer"}


def page(simulator: Simulator, path: str) -> str:
    response = requests.get(simulator.url + path, timeout=10)
    assert response.status_code == 200, path
    return response.text


def place(platform: str, rest: str = "") -> str:
    return f"/@meraker{rest}" if platform == "mastodon" else f"/{platform}/@meraker{rest}"


def write(simulator: Simulator, parent: str, **fields: str) -> requests.Response:
    sent = {"navn": "Åse Prøvdal", "tekst": "Når kommer dere?", **fields}
    return requests.post(f"{simulator.url}/svar/{parent}", data=sent, timeout=10)


def test_the_same_name_is_another_account_on_each_platform(simulator: Simulator):
    ids = {simulator.account("stjordal", "Stjørdal", f"t-{one}", one) for one in EVERY}
    assert len(ids) == len(EVERY)
    for one in EVERY:
        simulator.post(f"Innlegg på {one}", account="stjordal", platform=one)
    shown = page(simulator, "/facebook/@stjordal")
    assert "Innlegg på facebook" in shown
    assert "Innlegg på youtube" not in shown


def test_an_unknown_platform_is_refused_in_words(simulator: Simulator):
    order = {"username": "x", "display_name": "X", "token": "x", "platform": "myspace"}
    response = requests.post(f"{simulator.url}/_control/accounts", json=order, timeout=5)
    assert response.status_code == 422
    assert "platform must be one of" in response.json()["error"]


def test_the_front_page_lists_the_accounts_of_each_platform(simulator: Simulator):
    simulator.open("facebook")
    simulator.open("youtube")
    front = page(simulator, "/")
    for address in ("/@meraker", "/facebook/@meraker", "/youtube/@meraker"):
        assert f'href="{address}"' in front
    assert "Instagram" not in front


@pytest.mark.parametrize("platform", EVERY)
def test_a_citizen_reads_and_writes_on_each_platform_in_its_own_look(simulator: Simulator, platform: str):
    simulator.open(platform)
    post = simulator.post("Vi strør i natt.", platform=platform)
    shown = page(simulator, place(platform))
    assert f'class="on-{platform}"' in shown
    assert f"<h2>{POST_WORDS.get(platform, 'Innlegg')}</h2>" in shown
    answer = write(simulator, post, si_fra="ja")
    assert answer.url.startswith(f"{simulator.url}{place(platform, f'/{post}')}#k")
    (entry,) = simulator.comments("meraker", platform)
    assert entry["text"] == ("@meraker Når kommer dere?" if platform == "mastodon" else "Når kommer dere?")


@pytest.mark.parametrize("platform", EVERY)
def test_each_platform_has_its_own_limit(simulator: Simulator, platform: str):
    simulator.open(platform)
    post, longest = simulator.post(platform=platform), PLATFORMS[platform].longest
    refused = write(simulator, post, tekst="ø" * (longest + 1))
    assert refused.status_code == 422
    assert f"Det er plass til {longest}" in refused.text
    assert write(simulator, post, tekst="ø" * longest).status_code == 200


@pytest.mark.parametrize("platform", EVERY)
def test_answers_of_answers_stand_as_deep_as_the_platform_shows(simulator: Simulator, platform: str):
    simulator.open(platform)
    post = simulator.post(platform=platform)
    third = simulator.comment(simulator.comment(simulator.comment(post, "A"), "B", author="Bo Li"), "C", author="Ea Ås")
    shown = page(simulator, place(platform, f"/{post}"))
    step = shown.split(f'id="k{third}"')[1].split("step-")[1][0]
    assert step == ("2" if platform in ONE_LEVEL else "3")
    assert "svar til Bo Li" in shown


def test_with_one_level_answers_stand_by_time(simulator: Simulator):
    simulator.open("facebook")
    post = simulator.post(platform="facebook")
    top = simulator.comment(post, "Topp")
    first = simulator.comment(top, "Første")
    second = simulator.comment(top, "Andre")
    third = simulator.comment(first, "Tredje")
    shown = page(simulator, place("facebook", f"/{post}"))
    order = [shown.index(f'id="k{one}"') for one in (top, first, second, third)]
    assert order == sorted(order)


def test_what_the_page_hid_is_shown_to_nobody_but_its_author(simulator: Simulator):
    token = simulator.open("facebook")
    post = simulator.post(platform="facebook")
    with requests.Session() as author:
        sent = {"navn": "Ås Li", "tekst": "Skjul meg"}
        author.post(f"{simulator.url}/svar/{post}", data=sent, timeout=10)
        number = simulator.comments("meraker", "facebook")[0]["id"]
        hidden = simulator.api("POST", f"/graph/v26.0/{post}_{number}", token=token, json={"is_hidden": True})
        assert hidden.json() == {"success": True}
        assert "Skjul meg" in author.get(simulator.url + place("facebook", f"/{post}"), timeout=10).text
    assert "Skjul meg" not in page(simulator, place("facebook", f"/{post}"))


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_the_addresses_in_the_platforms_answers_lead_to_the_comment(simulator: Simulator, platform: str):
    token = simulator.open(platform)
    post = simulator.post(platform=platform)
    comment = simulator.comment(post)
    external_id = f"{post}_{comment}" if platform == "facebook" else comment
    fields = "permalink_url" if platform == "facebook" else "media{permalink}"
    told = simulator.api("GET", f"/graph/v26.0/{external_id}", token=token, params={"fields": fields}).json()
    address = told.get("permalink_url") or told["media"]["permalink"]
    assert place(platform, f"/{post}") in requests.get(address, timeout=10).url
