"""Chromium under the product's own policy; a test fails on any console error, page error or policy violation."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page

from tests.factories import PASSWORD

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop runs in the thread of the test
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


@pytest.fixture
def refusals() -> set[str]:
    """Addresses that a test opens to see the house say no: Chromium calls each answer from 400 on an error."""
    return set()


@pytest.fixture
def page(page: Page, refusals: set[str]) -> Iterator[Page]:
    """A page that remembers every error; none is allowed but the `refusals` asked for."""
    said: list[tuple[str, str]] = []
    page.add_init_script(VIOLATIONS)
    page.on("console", lambda one: said.append((one.text, one.location["url"])) if one.type == "error" else None)
    page.on("pageerror", lambda error: said.append((str(error), "")))
    yield page
    refused = [(text, url) for text, url in said if text.startswith("Failed to load resource") and url in refusals]
    assert [one for one in said if one not in refused] == []


@pytest.fixture(autouse=True)
def _open_hosts(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]


def sign_in(page: Page, base: str, email: str) -> None:
    """Sign in through the page, as people do."""
    page.goto(f"{base}/konto/login/")
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    page.wait_for_url(lambda url: "/konto/" not in url)


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the page as an artefact of the run."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
