"""The house of the pages: tags, frame, error pages, and that no template breaks the content security policy."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from guidelines.vocabulary import Flag, Sorting
from scripts.build_icons import NAMES, IconsMissingError, sprite
from socialdesk.moments import waited_words, when_words
from socialdesk.sortings import FLAGS, SORTINGS

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OSLO = ZoneInfo("Europe/Oslo")
ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html"]
STATIC_ICON = re.compile(r"""\{%\s*icon\s+["']([^"']+)["']""")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def written(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load sd %}" + source).render(context)


def member(role: str, **powers: bool) -> SimpleNamespace:
    user = SimpleNamespace(name="Kari Holten", colour_scheme="dark", single_keys=False)
    return SimpleNamespace(
        user=user, role=role, title="Servicekontoret", municipality=SimpleNamespace(name="Meråker kommune"), **powers
    )


def framed(role: str, menu: list[SimpleNamespace]) -> str:
    one = member(role)
    request = RequestFactory().get("/")
    context = {"frame": SimpleNamespace(member=one, menu=menu), "user": one.user}
    return render_to_string("base.html", context, request=request)


def item(label: str, *, current: bool = False, badge: int = 0) -> SimpleNamespace:
    return SimpleNamespace(label=label, short="", url=f"/{label}/", icon="Inbox", current=current, badge=badge)


class TestTheTags:
    def test_an_icon_is_a_picture_of_the_sprite_that_screen_readers_skip(self) -> None:
        html = written('{% icon "Inbox" %}')
        assert 'aria-hidden="true"' in html
        assert re.search(r'href="/static/icons[^"]*\.svg#Inbox"', html)

    def test_a_channel_is_named_in_words(self) -> None:
        html = written("{% channel_icon 'mastodon' %}")
        assert 'role="img" aria-label="Mastodon"' in html
        assert "#ch-mastodon" in html

    def test_an_unknown_channel_still_has_a_name_and_a_picture(self) -> None:
        html = written("{% channel_icon platform %}", platform='fjell"book')
        assert 'aria-label="fjell&quot;book"' in html
        assert "#Chat" in html

    def test_a_persons_choice_is_filled_and_a_proposal_dashed_with_a_question_mark(self) -> None:
        chosen, proposed = written("{% sorting_tag 'praise' %}"), written("{% suggestion_tag 'praise' %}")
        assert "Ros" in chosen
        assert "sd-tag--suggest" not in chosen
        assert "sd-tag--suggest" in proposed
        assert "Forslag: " in proposed
        assert "Ros?" in proposed

    @pytest.mark.parametrize("value", [*Sorting, *(flag.value.upper() for flag in Flag)])
    def test_every_sorting_and_flag_has_a_look(self, value: str) -> None:
        assert "<use" in written("{% sorting_tag value %}", value=value)

    def test_the_five_sortings_have_the_keys_one_to_five(self) -> None:
        assert [look.value for look in SORTINGS] == list(Sorting)
        assert [look.key for look in SORTINGS] == list("12345")

    def test_key_caps_are_hidden_from_screen_readers_and_escaped(self) -> None:
        assert written("{% kbd 'Ctrl' key %}", key="<") == (
            '<kbd class="sd-kbd" aria-hidden="true">Ctrl</kbd><kbd class="sd-kbd" aria-hidden="true">&lt;</kbd>'
        )

    def test_a_hostile_name_stays_text(self) -> None:
        html = written("{% avatar name %}", name='<script>alert(1)</script> "Ola"')
        assert "<script>" not in html

    def test_nobody_has_an_empty_mark_with_words(self) -> None:
        assert 'aria-label="Ingen ansvarlig"' in written("{% avatar '' %}")

    @pytest.mark.parametrize(
        ("name", "letters"),
        [("Kari Holten", "KH"), ("@havard", "H"), ("Anne-Grete Berg Lien", "AL"), ("", "?"), ("…", "…"), ("😍", "😍")],
    )
    def test_initials_are_taken_from_first_and_last_name(self, name: str, letters: str) -> None:
        assert written("{{ name|initials }}", name=name) == letters

    @pytest.mark.parametrize(("size", "words"), [(41_200, "41 kB"), (4_230_000, "4,2 MB"), (3, "1 kB")])
    def test_sizes_are_written_the_norwegian_way(self, size: int, words: str) -> None:
        assert written("{{ size|size_words }}", size=size) == words

    def test_thousands_have_a_space_that_does_not_break(self) -> None:
        assert written("{{ 8000|nb_number }}") == "8\N{NO-BREAK SPACE}000"


class TestTimes:
    @pytest.mark.parametrize(
        ("length", "words"),
        [
            (timedelta(seconds=-5), "nå"),
            (timedelta(seconds=59), "nå"),
            (timedelta(minutes=52), "52 min"),
            (timedelta(hours=3, minutes=10), "3 t 10 min"),
            (timedelta(hours=22), "22 t"),
            (timedelta(days=1, hours=3, minutes=59), "1 d 3 t"),
            (timedelta(days=2), "2 d"),
        ],
    )
    def test_waiting_is_said_in_two_units_at_most(self, length: timedelta, words: str) -> None:
        assert waited_words(length) == words

    @pytest.mark.parametrize(
        ("moment", "words"),
        [
            (datetime(2026, 11, 20, 7, 42, tzinfo=OSLO), "i dag kl. 07.42"),
            (datetime(2026, 11, 19, 21, 10, tzinfo=OSLO), "i går kl. 21.10"),
            (datetime(2026, 11, 18, 23, 59, tzinfo=OSLO), "18. november"),
            (datetime(2025, 11, 20, 7, 42, tzinfo=OSLO), "20.11.2025"),
        ],
    )
    def test_a_moment_is_said_as_near_as_it_is(self, moment: datetime, words: str) -> None:
        today = datetime(2026, 11, 20, 12, tzinfo=OSLO).date()
        with translation.override("nb"), timezone.override(OSLO):
            assert when_words(moment, today) == words

    def test_the_whole_moment_is_in_the_title_in_norwegian_time(self) -> None:
        moment = datetime(2020, 6, 1, 22, 30, tzinfo=ZoneInfo("UTC"))
        with timezone.override(OSLO):
            html = written("{{ moment|when }}", moment=moment)
        assert 'title="02.06.2020 kl. 00.30"' in html
        assert 'datetime="2020-06-01T22:30:00+00:00"' in html
        assert ">02.06.2020<" in html

    def test_what_has_not_happened_is_nothing(self) -> None:
        assert written("{{ none|when }}{{ none|wait }}{{ none|at }}{{ none|clock }}", none=None) == ""


class TestTheFrame:
    @pytest.mark.parametrize("role", ["member", "lead", "archivist", "sysadmin", "reader"])
    def test_a_page_shows_who_is_signed_in_the_menu_and_the_way_out(self, role: str) -> None:
        html = framed(role, [item("Kø", current=True, badge=101), item("Arkiv")])
        assert html.count('aria-current="page"') == 2, "in the side menu and in the bar at the foot of a phone"
        assert "Kari Holten" in html
        assert "Meråker kommune" in html
        assert '<span class="sd-count sd-count--hot">101' in html
        assert 'action="/konto/logout/"' in html

    def test_the_persons_own_colours_and_keys_are_on_the_document(self) -> None:
        html = framed("member", [])
        assert 'data-color-scheme="dark"' in html
        assert 'data-single-keys="off"' in html

    def test_the_phone_bar_has_room_for_four(self) -> None:
        html = framed("lead", [item(label) for label in ("En", "To", "Tre", "Fire", "Fem")])
        side, bar = html.split('<nav class="sd-bottom"')
        places, more = bar.split("<details", 1)
        assert 'href="/Fem/"' in side
        assert 'href="/Fem/"' not in places
        assert places.count("<a ") == 4
        assert 'href="/Fem/"' in more, "the rest is one thumb away, under «Mer»"
        assert reverse("team:settings") in more

    def test_somebody_who_is_not_signed_in_gets_a_frame_without_a_person(self) -> None:
        context = {"frame": SimpleNamespace(member=None, menu=[]), "user": AnonymousUser()}
        html = render_to_string("base.html", context, request=RequestFactory().get("/"))
        assert 'data-color-scheme="auto"' in html
        assert "/konto/logout/" not in html

    def test_htmx_writes_no_style_and_runs_no_text(self) -> None:
        html = framed("member", [])
        assert '"includeIndicatorStyles":false' in html
        assert '"allowEval":false' in html


class TestErrorPages:
    @pytest.mark.parametrize("page", ERROR_PAGES)
    def test_an_error_page_needs_no_context_and_has_something_to_quote(self, page: str) -> None:
        html = render_to_string(page)
        assert html.startswith("<!doctype html>")
        assert re.search(r"tidspunktet <strong[^>]*>\d\d\.\d\d\.\d{4} kl\. \d\d\.\d\d\.\d\d<", html)

    @pytest.mark.parametrize("page", ERROR_PAGES)
    def test_an_error_page_quotes_the_number_it_is_given(self, page: str) -> None:
        assert ">A1B2<" in render_to_string(page, {"number": "A1B2"})

    @pytest.mark.parametrize("page", [page for page in ERROR_PAGES if page != "503.html"])
    def test_an_error_page_leads_back_to_the_queue(self, page: str) -> None:
        assert "Tilbake til køen" in render_to_string(page)

    def test_a_refusal_shows_which_role_is_needed(self) -> None:
        assert "Bare leder kan se dette." in render_to_string("403.html", {"exception": "Bare leder kan se dette."})


# Read from a file, without us: what it looks like must stand in it. It is never served as a page.
LEAVES_THE_HOUSE = {"inbox/evidence_page.html"}


class TestEveryTemplate:
    @pytest.mark.parametrize("path", TEMPLATES, ids=named)
    def test_it_can_be_read(self, path: Path) -> None:
        assert get_template(named(path)).origin.name == str(path)

    @pytest.mark.parametrize("path", [one for one in TEMPLATES if named(one) not in LEAVES_THE_HOUSE], ids=named)
    def test_it_has_no_script_or_style_of_its_own(self, path: Path) -> None:
        source = re.sub(r"\{%.*?%\}", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|hx-on|javascript:", source, re.IGNORECASE)
        assert not re.search(r"<script(?![^>]*\ssrc=)", source, re.IGNORECASE)
        assert not re.search(r'(src|href)="(https?:)?//', source), "nothing is fetched from elsewhere"

    @pytest.mark.parametrize("path", TEMPLATES, ids=named)
    def test_every_form_that_changes_something_carries_the_token(self, path: Path) -> None:
        forms = re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(encoding="utf-8"), re.DOTALL)
        assert all("{% csrf_token %}" in form for form in forms)

    @pytest.mark.parametrize("path", TEMPLATES, ids=named)
    def test_its_icons_are_in_the_sprite(self, path: Path) -> None:
        assert set(STATIC_ICON.findall(path.read_text(encoding="utf-8"))) <= set(NAMES)

    @pytest.mark.parametrize("path", TEMPLATES, ids=named)
    def test_its_words_can_be_translated(self, path: Path) -> None:
        source = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        texts = re.findall(r">([^<>{}]*[æøåÆØÅ][^<>{}]*)<", re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "{}", source))
        assert [text for text in texts if text != "Bokmål"] == []


class TestTheSprite:
    def test_every_look_has_its_icon(self) -> None:
        assert {look.icon for look in (*SORTINGS, *FLAGS)} <= set(NAMES)

    def test_a_missing_icon_is_named_and_stops_the_build(self) -> None:
        with pytest.raises(IconsMissingError, match="NoSuchIcon"):
            sprite(("NoSuchIcon",))

    def test_no_name_stands_twice(self) -> None:
        assert len(NAMES) == len(set(NAMES))
