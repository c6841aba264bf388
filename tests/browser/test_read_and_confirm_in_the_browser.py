"""Three hundred people read and confirm, each by their own link, in Chromium."""

import time
from statistics import median

import pytest
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

    taken = []
    for token in list(Acknowledgement.objects.values_list("token", flat=True)):
        started = time.perf_counter()
        page.goto(f"{live_server.url}/retningslinjer/les/{token}/")
        page.get_by_role("button", name="Jeg har lest retningslinjene").click()
        expect(page.get_by_text("Takk. Du bekreftet")).to_be_visible()
        taken.append(time.perf_counter() - started)
        if len(taken) == 10:
            # From here on the pages come bare: it is the three hundred confirmations that count.
            page.route("**/static/**", lambda route: route.fulfill(status=200, body="", content_type="text/css"))
    keep_picture(page, "lest-bekreftet")
    print(f"Read and confirm: {median(taken) * 1000:.0f} ms median, {max(taken) * 1000:.0f} ms slowest.")  # noqa: T201

    assert not Acknowledgement.objects.filter(confirmed_at=None).exists()
    sign_in(page, live_server.url, place.kari.user.email)
    page.goto(f"{live_server.url}/retningslinjer/lest/")
    expect(page.get_by_text("300 av 300")).to_be_visible()
    expect(page.get_by_text("30 av 30", exact=True)).to_be_visible()
    expect(page.get_by_text("Person 11", exact=True)).to_be_visible()
    expect(page.get_by_text("Person 10", exact=True)).to_have_count(0)
    keep_picture(page, "lest-leder")
