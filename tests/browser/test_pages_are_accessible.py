"""Every page holds WCAG 2.2 AA as far as axe can tell: light and dark, wide, on a phone, at 320 px, at 200 % text.

The pages stand in `tests/browser/pages.py`. Each is loaded once; then the window and the colour scheme change under it,
as they do for a person whose machine turns dark in the evening. Light is read by every rule. Dark changes colours only
(`test_dark_changes_colours_only`), so there the rules that look at colours are asked. At no size may a page scroll
sideways. 320 px has the layout of 390, and 200 % text that of a desk: axe reads those two, and all four with
SOCIALDESK_SCREENS=1 (`make screens`), where dark is read by every rule too and each is kept as a picture.
SOCIALDESK_PAGES="queue-new record" visits those pages only.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Errors, sign_in
from tests.browser.pages import BEFORE, PAGES, REFUSED
from tests.browser.scene import set_scene

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "screens"  # never in test-results, which every run empties
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL_RULES = {"type": "tag", "values": TAGS}
RULES_OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Nothing is fetched for axe (`preload`): the one rule that would want it, about locked orientation, is experimental.
FIND = """async (rules) => {
  const said = await axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false});
  const why = (node) => node.any.map((one) => one.message).join('; ');
  return said.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${why(node)}`));
}"""
# How wide, and how large the text: the widths of ui.md, and 200 % text on a desk.
SIZES = {"1440": (1440, 900, 100), "390": (390, 844, 100), "320": (320, 700, 100), "200%": (1440, 900, 200)}
READ = {"1440", "390"}
EVERYTHING = bool(os.environ.get("SOCIALDESK_SCREENS"))
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("role", PAGES)
@pytest.mark.django_db(transaction=True)
def test_every_page_is_accessible_and_holds_at_every_width(
    page: Page, live_server: LiveServer, settings: LazySettings, errors: Errors, role: str
) -> None:
    settings.META_APP_ID = settings.META_APP_SECRET = "1001"  # Google's app stays unset: that page says so
    scene = set_scene()
    if role != "nobody":
        sign_in(page, live_server.url, scene.people[role].user.email)
    wrong: list[str] = []
    only = os.environ.get("SOCIALDESK_PAGES", "").split()
    for name, address in PAGES[role].items():
        if only and name not in only:
            continue
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        asked = live_server.url + address(scene)
        if name in REFUSED:
            errors.expect(asked)
        response = page.goto(asked)
        if response is None or response.status != (REFUSED.get(name) or 200):
            wrong.append(f"{name}: {response.status if response else 'no answer'}")
            continue
        if before := BEFORE.get(name):
            before(page)
        if name.endswith("with-an-error"):
            errors.expect(page.url)
        wrong += [f"{name} {one}" for one in problems_of(page, name)]
    assert not wrong, "\n".join(wrong)


def problems_of(page: Page, name: str) -> list[str]:
    """Return what axe finds in light and dark, and how far the page scrolls sideways, at each size."""
    page.evaluate(AXE)
    found: list[str] = []
    for size, (width, height, text) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("size => { document.documentElement.style.fontSize = size }", "" if text == 100 else f"{text}%")
        if sideways := page.evaluate(SIDEWAYS):
            found.append(f"{size}: scrolls {sideways} px sideways")
        if not EVERYTHING and size not in READ:
            continue
        page.emulate_media(color_scheme="light")
        found += [f"{size} light: {one}" for one in read(page, ALL_RULES)]
        keep(page, f"{name}-light", size)
        page.emulate_media(color_scheme="dark")
        found += [f"{size} dark: {one}" for one in read(page, ALL_RULES if EVERYTHING else RULES_OF_COLOUR)]
        keep(page, f"{name}-dark", size)
    return found


def read(page: Page, rules: dict[str, Any]) -> list[str]:
    """Return what axe finds wrong by these rules on the page as it stands now."""
    said: list[str] = page.evaluate(FIND, rules)
    return said


def keep(page: Page, name: str, size: str) -> None:
    """Keep a picture of the whole page, when pictures are asked for; the three widths, not the large text."""
    if EVERYTHING and "%" not in size:
        folder = SCREENS / size
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)


def test_dark_changes_colours_only() -> None:
    """Why dark need not be read by the other rules, and why a machine's dark and a person's own dark are the same."""
    theme = (ROOT / "static" / "css" / "theme.css").read_text(encoding="utf-8")
    chosen = re.search(r'^\[data-color-scheme="dark"\] \{(.*?)\}', theme, re.DOTALL | re.MULTILINE)
    machine = re.search(r'prefers-color-scheme: dark\) \{\s*\[data-color-scheme="auto"\] \{(.*?)\}', theme, re.DOTALL)
    assert chosen
    assert machine
    lines = [line.strip() for line in chosen.group(1).split(";") if line.strip()]
    assert lines == [line.strip() for line in machine.group(1).split(";") if line.strip()]
    assert all(re.fullmatch(r"(--ds-color-[\w-]+): #[0-9a-f]{6}", line) for line in lines)
    others = [path for path in (ROOT / "static" / "css").glob("*.css") if path.name != "theme.css"]
    rules = [rule for path in others for rule in dark_rules(path.read_text(encoding="utf-8"))]
    assert [rule for rule in rules if not re.fullmatch(r"(--[\w-]+|color-scheme)", rule)] == []


def dark_rules(css: str) -> list[str]:
    """Return the properties that a sheet sets for dark only."""
    blocks = re.findall(r'\[data-color-scheme="?(?:dark|auto)"?\][^{]*\{([^}]*)\}', css)
    return [line.split(":")[0].strip() for block in blocks for line in block.split(";") if ":" in line]
