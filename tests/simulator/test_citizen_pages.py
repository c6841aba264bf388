"""A citizen reads, comments, answers, edits and deletes on plain web pages."""

from html import unescape

import pytest
import requests

from tests.simulator_server import Simulator

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \" ' \x00 \ud800"


class Browser:
    """A browser without JavaScript: keeps cookies, follows redirects."""

    def __init__(self, simulator: Simulator) -> None:
        self._url = simulator.url
        self._session = requests.Session()

    def get(self, path: str) -> requests.Response:
        return self._session.get(self._url + path, timeout=10)

    def send(self, path: str, **fields: str) -> requests.Response:
        return self._session.post(self._url + path, data=fields, timeout=10)

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def citizen(simulator: Simulator):
    browser = Browser(simulator)
    yield browser
    browser.close()


@pytest.fixture
def neighbour(simulator: Simulator):
    browser = Browser(simulator)
    yield browser
    browser.close()


def comment_on(citizen: Browser, status_id: str, text: str = "Når kommer dere?", **more: str) -> requests.Response:
    return citizen.send(f"/svar/{status_id}", **{"navn": "Åse Prøvdal", "tekst": text, "si_fra": "ja", **more})


def test_the_front_page_lists_the_municipalities(citizen: Browser):
    page = citizen.get("/").text
    assert "Øvingsplattform" in page
    assert "Meråker kommune" in page
    assert 'href="/@tydal"' in page


def test_an_account_page_lists_its_posts_newest_first_with_comment_counts(simulator: Simulator, citizen: Browser):
    first = simulator.post("Første innlegg")
    simulator.post("Andre innlegg")
    simulator.comment(simulator.comment(first))
    page = citizen.get("/@meraker").text
    assert page.index("Andre innlegg") < page.index("Første innlegg")
    assert page.index("Ingen kommentarer") < page.index("Første innlegg") < page.index("2 kommentarer")


def test_a_long_list_of_posts_leads_on_to_the_older_ones(simulator: Simulator, citizen: Browser):
    for number in range(21):
        simulator.post(f"Innlegg nummer {number}.")
    page = citizen.get("/@meraker").text
    assert "Innlegg nummer 0." not in page
    older = page.split('href="/@meraker?for=')[1].split('"')[0]
    assert "Innlegg nummer 0." in citizen.get(f"/@meraker?for={older}").text


def test_a_comment_is_written_shown_and_notified(simulator: Simulator, citizen: Browser):
    post = simulator.post()
    page = comment_on(citizen, post, "Kjem de til Øvre?")
    assert page.url.startswith(f"{simulator.url}/@meraker/{post}#k")
    assert "Kjem de til Øvre?" in page.text
    assert "Åse Prøvdal" in page.text
    (entry,) = simulator.comments("meraker")
    assert (entry["text"], entry["notified"], entry["via"]) == ("@meraker Kjem de til Øvre?", ["meraker"], "web")
    assert 'value="Åse Prøvdal"' in citizen.get(f"/@meraker/{post}").text


def test_without_the_tick_the_municipality_is_not_told(simulator: Simulator, citizen: Browser):
    citizen.send(f"/svar/{simulator.post()}", navn="Åse", tekst="Bare til dere andre")
    assert simulator.comments()[0]["notified"] == []


def test_an_answer_to_a_neighbour_mentions_and_nests(simulator: Simulator, citizen: Browser, neighbour: Browser):
    post = simulator.post()
    comment_on(neighbour, post, navn="Ola Prøve")
    first = simulator.comments()[0]["id"]
    assert "Når kommer dere?" in citizen.get(f"/svar/{first}").text
    page = comment_on(citizen, first, "Enig")
    assert simulator.comments()[1]["text"] == "@meraker @ola_prove Enig"
    assert 'step-2"' in page.text.replace("\n", " ")
    assert "svar til Ola Prøve" in page.text


def test_the_municipalitys_answer_is_marked(simulator: Simulator, citizen: Browser):
    comment = simulator.comment(simulator.post())
    simulator.api("POST", "/api/v1/statuses", data={"status": "@kari_provestad Nå.", "in_reply_to_id": comment})
    part = citizen.get(f"/@meraker/{simulator.comments()[0]['root_id']}/traad").text
    assert part.count("Kommunens svar") == 1
    assert part.index("Når kommer brøytebilen") < part.index("Kommunens svar")


def test_the_address_the_platform_gives_leads_to_the_comment(simulator: Simulator, citizen: Browser):
    post = simulator.post()
    comment = simulator.comment(post)
    url = simulator.api("GET", f"/api/v1/statuses/{comment}").json()["url"]
    assert citizen.get(url.removeprefix(simulator.url)).url == f"{simulator.url}/@meraker/{post}#k{comment}"


def test_ones_own_comment_is_edited_and_deleted(simulator: Simulator, citizen: Browser):
    post = simulator.post()
    comment_on(citizen, post, "Fyrste")
    mine = simulator.comments()[0]["id"]
    assert "@meraker Fyrste" in citizen.get(f"/endre/{mine}").text
    page = citizen.send(f"/endre/{mine}", tekst="@meraker Andre")
    assert "Andre" in page.text
    assert "endret" in page.text
    assert simulator.comments()[0]["versions"] == ["@meraker Fyrste", "@meraker Andre"]
    assert "blir borte for alle" in citizen.get(f"/slett/{mine}").text
    page = citizen.send(f"/slett/{mine}")
    assert "Ingen har skrevet noe ennå" in page.text
    assert simulator.comments()[0]["deleted_at"]


@pytest.mark.parametrize("act", ["endre", "slett"])
def test_somebody_elses_comment_can_be_neither_edited_nor_deleted(
    simulator: Simulator, citizen: Browser, neighbour: Browser, act: str
):
    post = simulator.post()
    comment_on(citizen, post)
    comment_on(neighbour, post, navn="Åse Prøvdal")
    mine = simulator.comments()[0]["id"]
    for refused in (neighbour.get(f"/{act}/{mine}"), neighbour.send(f"/{act}/{mine}", tekst="Kapret")):
        assert refused.status_code == 403
        assert "bare endre dine egne" in refused.text
    assert simulator.comments()[0]["text"] == "@meraker Når kommer dere?"
    assert simulator.comments()[0]["deleted_at"] is None
    part = neighbour.get(f"/@meraker/{post}/traad").text
    assert f"/{act}/{mine}" not in part
    assert f"/{act}/{simulator.comments()[1]['id']}" in part


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"tekst": ""}, "Skriv en kommentar først"),
        ({"navn": " "}, "Skriv et navn"),
        ({"navn": "ø" * 41}, "Navnet er for langt"),
        ({"navn": "Meråker KOMMUNE"}, "bare kommunen som kan bruke"),
        ({"tekst": "ø" * 493}, "for lang: 502 tegn"),
    ],
)
def test_a_refused_comment_keeps_what_was_typed_and_says_why(
    simulator: Simulator, citizen: Browser, fields: dict, words: str
):
    page = comment_on(citizen, simulator.post(), **{"tekst": "Min tekst", **fields})
    assert page.status_code == 422
    assert words in page.text
    assert unescape(fields.get("tekst", "Min tekst")) in page.text
    assert simulator.comments() == []


def test_hostile_text_is_shown_escaped_everywhere(simulator: Simulator, citizen: Browser):
    post = simulator.post(HOSTILE)
    comment = simulator.comment(post, HOSTILE, author=HOSTILE.replace("\ud800", ""), username="fiende")
    for path in ("/@meraker", f"/@meraker/{post}", f"/@meraker/{post}/traad", f"/svar/{comment}", "/@fiende"):
        page = citizen.get(path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "&lt;script&gt;" in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_following_without_javascript_reloads_a_page_that_has_no_form(simulator: Simulator, citizen: Browser):
    post = simulator.post()
    live, usual = citizen.get(f"/@meraker/{post}?live=1"), citizen.get(f"/@meraker/{post}")
    assert live.headers["Refresh"] == "10"
    assert "<form" not in live.text
    assert "Refresh" not in usual.headers
    assert "<form" in usual.text


def test_a_direct_message_is_on_no_page(simulator: Simulator, citizen: Browser):
    post = simulator.post()
    secret = simulator.comment(post, "Hemmelig", visibility="direct")
    assert "Hemmelig" not in citizen.get(f"/@meraker/{post}").text
    assert citizen.get(f"/svar/{secret}").status_code == 404
    assert "Ingen kommentarer" in citizen.get("/@meraker").text


def test_empty_states_and_errors_speak_norwegian(simulator: Simulator, citizen: Browser):
    assert "ikke skrevet noe innlegg ennå" in citizen.get("/@meraker").text
    for path in ("/@ingen", "/@meraker/1", "/svar/99999999999999999999999", "/tull"):
        page = citizen.get(path)
        assert page.status_code == 404
        assert "Vi finner ikke siden" in page.text
    requests.post(f"{simulator.url}/_control/reset", timeout=5)
    assert "Ingen kommuner øver her ennå" in citizen.get("/").text
