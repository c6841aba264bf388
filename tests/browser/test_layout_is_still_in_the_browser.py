"""Nothing jumps: no layout shift from the first byte until the page has asked what others do."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from inbox.actions import comments
from tests import cast
from tests.browser.conftest import sign_in
from tests.factories import make_comment

STILL = 0.001  # of the window, moved once; what search engines call good is 0.1
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    const moved = one.sources.map((s) => s.node?.className || s.node?.nodeName || "?");
    window.shifts.push([Math.round(one.value * 10000) / 10000, ...moved]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_no_page_of_the_desk_shifts_while_it_loads(
    page: Page, live_server: LiveServer, width: int, height: int
) -> None:
    place = cast.meraker()
    rows = [make_comment(place.post, f"Når åpner svømmehallen, spør nummer {number}?") for number in range(12)]
    comments.sort(rows[0], sortings=["neutral"], by=place.ola)
    page.set_viewport_size({"width": width, "height": height})
    page.add_init_script(WATCH)
    sign_in(page, live_server.url, place.ola.user.email)
    for address in ("/ko/", f"/ko/?valgt={rows[0].pk}&sortert={rows[0].pk}", f"/kommentar/{rows[0].pk}/"):
        page.goto(live_server.url + address)
        page.evaluate("document.fonts.ready")
        page.evaluate("window.sd.live.now()")
        page.wait_for_timeout(700)
        shifts = page.evaluate("window.shifts")
        assert sum(score for score, *_moved in shifts) < STILL, (address, shifts)
