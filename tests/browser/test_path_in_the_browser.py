"""The path of a comment as people walk it, in Chromium: citizen, Ola, Kari, citizen, Arne."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from archive.models import ExportBatch
from archive.tasks import follow_log, pack_batch
from inbox import publishing, pulling
from inbox.models import Channel
from tests import cast
from tests.browser.conftest import keep_picture, sign_in_as_people_do
from tests.simulator_server import Simulator

WORDS = "Det er fortsatt ikke brøytet i Stasjonsvegen. Jeg vil klage på dette."


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """The whole path is walked twice: every core path works without JavaScript."""
    return {**browser_context_args, "java_script_enabled": request.param}


@pytest.mark.django_db(transaction=True)
def test_a_comment_goes_all_the_way(page: Page, live_server: LiveServer, simulator: Simulator, tmp_path: Path) -> None:
    place = cast.meraker(simulator.url)
    Channel.objects.update(account_id="")
    post = simulator.post("Brøyting av kommunale veger i vinter")
    base = live_server.url

    # The citizen writes.
    page.goto(f"{simulator.url}/@meraker/{post}")
    keep_picture(page, "1-innbygger")
    asked = simulator.comment(post, WORDS, author="Randi Moen")
    pulling.pull(place.channel.pk)

    # Ola finds it, takes it, sorts it and answers.
    sign_in_as_people_do(page, base, place.ola.user.email)
    expect(page.get_by_role("heading", name="Felles kø")).to_be_visible()
    expect(page.locator("#rader")).to_contain_text("Stasjonsvegen")
    keep_picture(page, "2-ko")
    page.get_by_role("link", name="Randi Moen").click()
    page.get_by_role("button", name=re.compile("Ta kommentaren")).click()
    expect(page.get_by_text("Du har tatt kommentaren")).to_be_visible()
    page.get_by_label(re.compile("Saksbehandling")).check()
    page.get_by_label(re.compile("Negativ")).check()
    page.get_by_role("button", name="Sorter", exact=True).click()
    expect(page.get_by_role("heading", name="Plikter")).to_be_visible()
    keep_picture(page, "3-plikter")

    reply = page.get_by_role("textbox", name=re.compile("^Svar til Randi Moen"))
    reply.fill("Hei, Randi. Bilen kommer før kl. 10.")
    page.get_by_role("button", name=re.compile("Send til godkjenning")).click()
    expect(page.get_by_text(re.compile("Svaret mangler"))).to_be_visible()
    expect(reply).to_have_value("Hei, Randi. Bilen kommer før kl. 10.")
    for _ in range(2):
        page.locator("#plikter ~ *, .sd-duty-list").get_by_role("button", name=re.compile("Sett inn")).first.click()
        expect(page.get_by_text("Teksten er satt inn")).to_be_visible()
    page.get_by_label("Videresend til").select_option(label="Kommunalteknikk")
    page.get_by_role("button", name="Velg", exact=True).click()
    expect(page.get_by_text("Ingenting mangler")).to_be_visible()
    keep_picture(page, "4-utkast")
    page.get_by_role("button", name=re.compile("Send til godkjenning")).click()
    expect(page.get_by_text("Svaret er sendt til godkjenning")).to_be_visible()

    # Kari approves.
    page.context.clear_cookies()
    sign_in_as_people_do(page, base, place.kari.user.email)
    page.get_by_role("link", name="Til godkjenning").first.click()
    page.get_by_role("link", name="Randi Moen").click()
    keep_picture(page, "5-godkjenning")
    page.get_by_role("button", name=re.compile("Godkjenn og publiser")).click()
    expect(page.get_by_text("Svaret er godkjent")).to_be_visible()
    (due,) = publishing.due_replies()
    publishing.publish(due)
    page.reload()
    expect(page.get_by_text(re.compile("godkjent av Kari Holten"))).to_be_visible()

    # The citizen sees the answer.
    page.goto(f"{simulator.url}/@meraker/{post}")
    expect(page.get_by_text("Bilen kommer før kl. 10")).to_be_visible()
    keep_picture(page, "6-innbygger-svar")

    # Arne confirms and exports.
    follow_log()
    page.context.clear_cookies()
    sign_in_as_people_do(page, base, place.arne.user.email)
    page.get_by_role("link", name=re.compile("^SD-")).click()
    keep_picture(page, "7-arkivgrunnlag")
    page.get_by_role("button", name="Bekreft opplysningene").click()
    expect(page.get_by_text("Arkivgrunnlaget er bekreftet")).to_be_visible()
    page.get_by_role("button", name="Eksporter").click()
    pack_batch(ExportBatch.objects.get().pk)
    page.reload()
    keep_picture(page, "8-eksport")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Last ned pakken")).click()
    package = tmp_path / "pakke.zip"
    download.value.save_as(package)
    with zipfile.ZipFile(package) as opened:
        assert sum(name.endswith("arkivmelding.xml") for name in opened.namelist()) == 2
    assert simulator.book("meraker")[0]["in_reply_to_id"] == asked
