"""Chromium under the product's own policy; a test fails on any console error, page error or policy violation."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

from team.models import User
from tests.factories import PASSWORD

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop runs in the thread of the test
expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
SCREENSHOTS = Path(__file__).resolve().parents[2] / "test-results" / "screens"
VIOLATIONS = "document.addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective));"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and skip it loudly where there is no Chromium."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="CHROMIUM IS NOT INSTALLED: the browser tests did not run"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    size = {"width": 1440, "height": 900}
    return {**browser_context_args, "locale": "nb-NO", "viewport": size, "reduced_motion": "reduce"}


class Errors:
    """What a browser complained of: errors in the console or a script, and violations of the content policy."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.expected: list[str] = []

    def note(self, words: str, address: str = "") -> None:
        """Remember a complaint, with the address it is about."""
        self.seen.append(f"{words} {address}".strip())

    def expect(self, words: str) -> None:
        """Let complaints with these words or this address pass, where the test cuts the network or is refused."""
        self.expected.append(words)

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.seen if not any(words in one for words in self.expected)]


@pytest.fixture(autouse=True)
def errors() -> Iterator[Errors]:
    """Every complaint of every page in every browser of the test; none is allowed."""
    errors = Errors()
    yield errors
    assert errors.unexpected == []


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext], errors: Errors) -> Callable[..., BrowserContext]:
    """Make browsers whose complaints are remembered; the usual `page` is made here too."""

    def make(**kwargs: Any) -> BrowserContext:
        context = new_context(**kwargs)
        context.add_init_script(VIOLATIONS)
        context.on("console", lambda one: errors.note(one.text, one.location["url"]) if one.type == "error" else None)
        context.on("weberror", lambda error: errors.seen.append(str(error.error)))
        return context

    return make


@pytest.fixture(autouse=True)
def _open_hosts(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]


def sign_in(page: Page, base: str, email: str) -> None:
    """Give the browser the session that signing in gives, and open the first page.

    The form is walked where the whole path is (`sign_in_as_people_do`): elsewhere it would cost three pages each time.
    """
    client = Client()
    client.force_login(User.objects.get(email=email))
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": base}])
    page.goto(base)


def sign_in_as_people_do(page: Page, base: str, email: str) -> None:
    """Sign in through the page."""
    page.goto(f"{base}/konto/login/")
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    page.wait_for_url(lambda url: "/konto/" not in url)


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the page as an artefact of the run."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    try:
        page.screenshot(path=SCREENSHOTS / f"{name}.png")
    except PlaywrightError:  # Chromium now and then cannot capture a page it is just painting anew
        page.wait_for_timeout(500)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")
