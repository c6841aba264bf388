"""Every page holds WCAG 2.2 AA as far as axe can tell: light and dark, wide, on a phone, at 320 px, at 200 % text.

The pages stand in `tests/browser/pages.py`. To keep `make test` short, axe reads every page once, light at 1440 px, and
only the REPRESENTATIVE pages in light and dark at every size. No page may scroll sideways at any size.
With SOCIALDESK_SCREENS=1 (`make screens`) axe reads every page in both at every size, and each is kept as a picture.
SOCIALDESK_PAGES="queue-new record" visits those pages only.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from team.models import User
from tests.browser.conftest import sign_in
from tests.browser.pages import BEFORE, PAGES
from tests.browser.scene import set_scene

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "screens"  # never in test-results, which every run empties
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIND = """async (tags) => {
  const said = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  const why = (node) => node.any.map((one) => one.message).join('; ');
  return said.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${why(node)}`));
}"""
# How wide, and how large the text: the widths of ui.md, and 200 % text on a desk.
SIZES = {"1440": (1440, 900, 100), "390": (390, 844, 100), "320": (320, 700, 100), "200%": (1440, 900, 200)}
# Between them these have every part of the style sheets: rows, composer, panels, forms, tables, texts, toasts, menus.
REPRESENTATIVE = {
    *("queue-new", "queue-choosing", "comment-case", "reply-too-long", "review", "channels", "guideline", "duty"),
    *("record", "receipt"),
}
EVERYTHING = bool(os.environ.get("SOCIALDESK_SCREENS"))
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", PAGES)
@pytest.mark.django_db(transaction=True)
def test_every_page_is_accessible_and_holds_at_every_width(
    page: Page, live_server: LiveServer, settings: LazySettings, role: str, scheme: str
) -> None:
    settings.META_APP_ID = settings.META_APP_SECRET = "1001"  # Google's app stays unset: that page says so
    scene = set_scene()
    User.objects.update(colour_scheme=scheme)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    if role != "nobody":
        sign_in(page, live_server.url, scene.people[role].user.email)
    wrong: list[str] = []
    only = os.environ.get("SOCIALDESK_PAGES", "").split()
    for name, address in PAGES[role].items():
        is_read = EVERYTHING or name in REPRESENTATIVE or scheme == "light"
        if not is_read or (only and name not in only):
            continue
        page.set_viewport_size({"width": 1440, "height": 900})
        response = page.goto(live_server.url + address(scene))
        if response is None or response.status != 200:
            wrong.append(f"{name}: {response.status if response else 'no answer'}")
            continue
        if before := BEFORE.get(name):
            before(page)
        wrong += [f"{name} {scheme} {one}" for one in problems_of(page, name, scheme)]
    assert not wrong, "\n".join(wrong)


def problems_of(page: Page, name: str, scheme: str) -> list[str]:
    """Return what axe finds, and how far the page scrolls sideways, at each size it is looked at in this scheme."""
    page.evaluate(AXE)
    found: list[str] = []
    for size in SIZES:
        is_read = EVERYTHING or name in REPRESENTATIVE or size == "1440"
        width, height, text = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("size => { document.documentElement.style.fontSize = size }", "" if text == 100 else f"{text}%")
        said: list[Any] = page.evaluate(FIND, TAGS) if is_read else []
        found += [f"{size}: {one}" for one in said]
        if sideways := page.evaluate(SIDEWAYS):
            found.append(f"{size}: scrolls {sideways} px sideways")
        keep(page, f"{name}-{scheme}", size)
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def test_the_representative_pages_are_all_visited() -> None:
    assert {name for pages in PAGES.values() for name in pages} >= REPRESENTATIVE


def keep(page: Page, name: str, size: str) -> None:
    """Keep a picture of the whole page, when pictures are asked for; the three widths, not the large text."""
    if EVERYTHING and "%" not in size:
        folder = SCREENS / size
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
