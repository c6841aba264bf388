"""Three hundred people read and confirm, each by their own link: some in Chromium, some over HTTP, the rest by the act.

The page is the same for all of them; that it holds for the three hundredth is a matter of the act and of the list.
"""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from guidelines import invitations, texts
from guidelines.actions import put_in_force
from guidelines.models import Acknowledgement
from guidelines.people import from_csv
from tests import cast
from tests.browser.conftest import keep_picture, sign_in
from tests.guidelines.council_texts import FJELLVIK

PEOPLE = 300
IN_CHROMIUM = 4
BY_HTTP = 26
AT_A_TIME = 4


@pytest.mark.django_db(transaction=True)
def test_three_hundred_people_confirm(page: Page, live_server: LiveServer) -> None:
    place = cast.meraker()
    version = texts.start_version(texts.Adoption("Retningslinjer"), texts.pasted(FJELLVIK), by=place.kari)
    put_in_force(version, by=place.kari)
    guideline = place.municipality.guideline
    invitations.change_asking(
        guideline, asks=True, remind_after_days=14, audiences=["employees", "elected"], by=place.kari
    )
    rows = (f"Person {n},p{n}@x.example,{'folkevalgt' if n % 10 == 0 else 'ansatt'}" for n in range(PEOPLE))
    assert invitations.invite(from_csv("\n".join(rows).encode(), "employees"), by=place.kari) == PEOPLE

    asked = list(Acknowledgement.objects.select_related("reader", "version"))
    links = [f"{live_server.url}/retningslinjer/les/{one.token}/" for one in asked]
    for link in links[:IN_CHROMIUM]:
        page.goto(link)
        page.get_by_role("button", name="Jeg har lest retningslinjene").click()
        expect(page.get_by_text("Takk. Du bekreftet")).to_be_visible()
    keep_picture(page, "lest-bekreftet")
    with ThreadPoolExecutor(AT_A_TIME) as people:
        assert all(people.map(_confirm_without_a_browser, links[IN_CHROMIUM : IN_CHROMIUM + BY_HTTP]))
    assert Acknowledgement.objects.exclude(confirmed_at=None).count() == IN_CHROMIUM + BY_HTTP
    for one in asked[IN_CHROMIUM + BY_HTTP :]:
        invitations.confirm(one)

    assert not Acknowledgement.objects.filter(confirmed_at=None).exists()
    sign_in(page, live_server.url, place.kari.user.email)
    page.goto(f"{live_server.url}/retningslinjer/lest/")
    expect(page.get_by_text("300 av 300")).to_be_visible()
    expect(page.get_by_text("30 av 30", exact=True)).to_be_visible()
    expect(page.get_by_text("Person 11", exact=True)).to_be_visible()
    expect(page.get_by_text("Person 10", exact=True)).to_have_count(0)
    keep_picture(page, "lest-leder")


def _confirm_without_a_browser(link: str) -> bool:
    """Open a reader's page, send its form with what the page itself put in it, and say whether thanks came back."""
    with requests.Session() as person:
        page = person.get(link, timeout=60)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        action = re.search(r'<form[^>]*method="post"[^>]*action="([^"]*)"', page.text)
        to = requests.compat.urljoin(link, action.group(1)) if action else link
        return "Takk. Du bekreftet" in person.post(to, data=hidden, headers={"Referer": link}, timeout=60).text
