"""A page in English says which words on it are Norwegian (WCAG 3.1.2), and quotes them in its own marks.

Read from the HTML of every page of the browser tests' list: Norwegian function words may stand only where `lang`
says so.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import translation

from tests.browser.pages import PAGES
from tests.browser.scene import set_scene

NORWEGIAN = re.compile(
    r"(?<![\w-])(ikke|og|er|til|det|som|på|av|jeg|vi|hei|når|dette|eller|hvis|etter|mangler|vedtaket|kommentarer|blir)"
    r"(?![\w-])",
    re.IGNORECASE,
)
NAMES = r"Meråker (?:kommune )?på \w+|Tydal kommune på \w+"  # what a channel is called
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Spoken(HTMLParser):
    """Collects the texts of a page with the language each would be read out in."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []  # element, language
        self.texts: list[tuple[str, str]] = []  # language, text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        around = self.open[-1][1] if self.open else ""
        self.open.append((tag, dict(attrs).get("lang") or around))

    def handle_endtag(self, tag: str) -> None:
        while any(one == tag for one, _language in self.open) and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1][0] not in {"script", "style", "title"}:
            self.texts.append((self.open[-1][1], " ".join(data.split())))


def texts_of(html: str) -> list[tuple[str, str]]:
    """Return the texts of a page, each with its language."""
    parser = Spoken()
    parser.feed(html)
    return parser.texts


def test_the_reader_of_pages_sees_the_language_of_each_text() -> None:
    html = '<html lang="en"><p>Say <q lang="nb">takk</q><br> now</p><div lang="nn"><b>eg</b></div><p>End</p></html>'
    assert texts_of(html) == [("en", "Say"), ("nb", "takk"), ("en", "now"), ("nn", "eg"), ("en", "End")]


@pytest.fixture(autouse=True)
def _language_of_the_tests() -> Iterator[None]:
    with translation.override("nb"):
        yield


@pytest.mark.django_db
def test_an_english_page_says_which_words_are_norwegian(settings: LazySettings) -> None:
    settings.META_APP_ID = settings.META_APP_SECRET = "1001"
    scene = set_scene()
    wrong: set[str] = set()
    for role, pages in PAGES.items():
        client = Client()
        if role == "nobody":
            continue
        user = scene.people[role].user
        type(user).objects.filter(pk=user.pk).update(language="en")
        client.force_login(user)
        for name, address in pages.items():
            response = client.get(address(scene), follow=True)
            english = [
                re.sub(NAMES, "", text) for language, text in texts_of(response.content.decode()) if language == "en"
            ]
            assert english, name
            wrong |= {f"{name}: {text[:120]}" for text in english if NORWEGIAN.search(text) or set("«»") & set(text)}
    assert not wrong, "\n".join(sorted(wrong))
