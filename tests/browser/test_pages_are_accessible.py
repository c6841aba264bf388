"""Every page holds WCAG 2.2 AA as far as axe can tell: light and dark, wide, on a phone, at 320 px, at 200 % text.

The pages stand in `tests/browser/pages.py`. Each is loaded once; then the window and the colour scheme change under it,
as they do for a person whose machine turns dark in the evening. At no size may a page scroll sideways.

`make test` reads every page once by every rule that does not look at colours, wide and light. The rules of colour are
dear, and ask the same on page after page: they read a page, light and dark, wide and on a phone, when it has a text in
colours that no page before it had (`COLOURS`); dark changes colours only (`test_dark_changes_colours_only`). A page
that stands whole on another (`STANDS_ON`) is read there.
SOCIALDESK_SCREENS=1 (`make screens`) reads every page by every rule at all four sizes in both, and keeps each as a
picture. SOCIALDESK_PAGES="queue-new record" visits those pages only.
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
from tests.browser.pages import BEFORE, PAGES, REFUSED, STANDS_ON
from tests.browser.scene import Scene, set_scene

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "screens"  # never in test-results, which every run empties
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
ALL_RULES = {"runOnly": {"type": "tag", "values": TAGS}}
RULES_OF_COLOUR = {"runOnly": {"type": "rule", "values": OF_COLOUR}}
OTHER_RULES = {**ALL_RULES, "rules": {rule: {"enabled": False} for rule in OF_COLOUR}}
# Nothing is fetched for axe (`preload`): the one rule that would want it, about locked orientation, is experimental.
FIND = """async (rules) => {
  const said = await axe.run(document, {...rules, resultTypes: ['violations'], preload: false});
  const why = (node) => node.any.map((one) => one.message).join('; ');
  return said.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${why(node)}`));
}"""
# What the rules of colour go by, for each element with a text of its own: its colour, whether it is large, its
# underline, and what lies beneath it down to the first ground that lets nothing through.
COLOURS = """() => {
  const grounds = new Map([[null, {under: '', opacity: 1}]]);
  const ground = (one) => {
    if (!grounds.has(one)) {
      const is = getComputedStyle(one);
      const above = ground(one.parentElement);
      const own = `${is.backgroundColor} ${is.backgroundImage}`;
      const isSolid = is.backgroundColor.startsWith('rgb(') && is.backgroundImage === 'none';
      const isClear = own === 'rgba(0, 0, 0, 0) none';
      const under = isClear ? above.under : isSolid ? own : `${above.under}/${own}`;
      grounds.set(one, {under, opacity: above.opacity * is.opacity});
    }
    return grounds.get(one);
  };
  const hasText = (one) => one.value || one.placeholder
    || [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const shown = [...document.body.querySelectorAll('*')].filter((one) => hasText(one) && one.checkVisibility());
  return [...new Set(shown.map((one) => {
    const is = getComputedStyle(one);
    const size = parseFloat(is.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && is.fontWeight >= 700);
    const {under, opacity} = ground(one);
    const link = one.localName === 'a' ? [is.textDecorationLine, getComputedStyle(one.parentElement).color] : [];
    return [is.color, isLarge, one.matches(':disabled'), under, opacity, ...link].join(' ');
  }))];
}"""
# How wide, and how large the text: the widths of ui.md, and 200 % text on a desk.
SIZES = {"1440": (1440, 900, 100), "200%": (1440, 900, 200), "390": (390, 844, 100), "320": (320, 700, 100)}
READ = {"1440", "390"}  # 320 px has the layout of 390, and 200 % text that of a desk
EVERYTHING = bool(os.environ.get("SOCIALDESK_SCREENS"))
SIDEWAYS = """(large) => {
  const root = document.documentElement;
  root.style.fontSize = large;
  return root.scrollWidth - root.clientWidth;
}"""
# Whose pages are visited in one day: setting the scene takes as long as several pages.
TOGETHER = {
    "member": ["member"],
    "lead": ["lead"],
    "others": [role for role in PAGES if role not in {"member", "lead"}],
}


@pytest.mark.parametrize("roles", TOGETHER.values(), ids=list(TOGETHER))
@pytest.mark.django_db(transaction=True)
def test_every_page_is_accessible_and_holds_at_every_width(
    page: Page, live_server: LiveServer, settings: LazySettings, errors: Errors, roles: list[str]
) -> None:
    settings.META_APP_ID = settings.META_APP_SECRET = "1001"  # Google's app stays unset: that page says so
    scene = set_scene()
    page.add_init_script(f"window.startAxe = () => {{ {AXE} }}")
    reader = Reader(page)
    wrong: list[str] = []
    for role in roles:
        page.context.clear_cookies()
        if role != "nobody":
            sign_in(page, live_server.url, scene.people[role].user.email)
        for name in pages_of(role):
            wrong += [f"{role} {name}: {one}" for one in visited(reader, live_server.url, scene, errors, role, name)]
    assert not wrong, "\n".join(wrong)


def pages_of(role: str) -> list[str]:
    """Return the names of a role's pages; of some only, when they are asked for."""
    only = os.environ.get("SOCIALDESK_PAGES", "").split()
    left_out = set() if EVERYTHING else set(STANDS_ON)
    return [name for name in PAGES[role] if (name in only if only else name not in left_out)]


def visited(reader: "Reader", base: str, scene: Scene, errors: Errors, role: str, name: str) -> list[str]:
    """Open a page wide and light, do there what a person has done before it is looked at, and return what is wrong."""
    page = reader.page
    page.set_viewport_size({"width": 1440, "height": 900})
    asked = base + PAGES[role][name](scene)
    if name in REFUSED:
        errors.expect(asked)
    response = page.goto(asked)
    if response is None or response.status != (REFUSED.get(name) or 200):
        return [f"{response.status if response else 'no answer'}"]
    if before := BEFORE.get(name):
        before(page)
    if name.endswith("with-an-error"):
        errors.expect(page.url)
    return reader.problems(name)


class Reader:
    """Reads pages with axe, one after the other in one browser, and remembers the colours it has seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: set[str] = set()

    def problems(self, name: str) -> list[str]:
        """Return what axe finds, and how far the page scrolls sideways, at each size."""
        self.page.evaluate("startAxe()")
        found: list[str] = []
        for size, (width, height, text) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            if sideways := self.page.evaluate(SIDEWAYS, "" if text == 100 else f"{text}%"):
                found.append(f"{size}: scrolls {sideways} px sideways")
            found += [f"{size} {one}" for one in (self.all_of(name, size) if EVERYTHING else self.news_of(size))]
        return found

    def all_of(self, name: str, size: str) -> list[str]:
        """Return what any rule finds in light and in dark, and keep a picture of both."""
        found = []
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            found += [f"{scheme}: {one}" for one in self.read(ALL_RULES)]
            keep(self.page, f"{name}-{scheme}", size)
        self.page.emulate_media(color_scheme="light")
        return found

    def news_of(self, size: str) -> list[str]:
        """Return what the rules find that no page before has answered for."""
        found = [f"light: {one}" for one in self.read(OTHER_RULES)] if size == "1440" else []
        colours = set(self.page.evaluate(COLOURS)) if size in READ else set()
        if colours <= self.seen:
            return found
        self.seen |= colours
        found += [f"light: {one}" for one in self.read(RULES_OF_COLOUR)]
        self.page.emulate_media(color_scheme="dark")
        found += [f"dark: {one}" for one in self.read(RULES_OF_COLOUR)]
        self.page.emulate_media(color_scheme="light")
        return found

    def read(self, rules: dict[str, Any]) -> list[str]:
        """Return what axe finds wrong by these rules on the page as it stands now."""
        said: list[str] = self.page.evaluate(FIND, rules)
        return said


def keep(page: Page, name: str, size: str) -> None:
    """Keep a picture of the whole page, when pictures are asked for; the three widths, not the large text."""
    if EVERYTHING and "%" not in size:
        folder = SCREENS / size
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)


def test_what_is_left_to_make_screens_stands_on_a_page_that_is_read() -> None:
    """The same address with more of it open, or the same form for another platform of the same kind."""
    for left_out, read_instead in STANDS_ON.items():
        (role,) = (role for role in PAGES if left_out in PAGES[role])
        assert read_instead in PAGES[role]
        assert read_instead not in STANDS_ON


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
