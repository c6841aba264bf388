"""Findings on their way in and on the screen: proposals, marks, the box Vurder, and the urgent group."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox import intake, queue, readings
from inbox.actions import comments
from inbox.models import Comment, Finding
from inbox.reading.comment import read_comment
from inbox.reading.findings import Finding as Seen
from inbox.reading.findings import Kind
from inbox.views.seen import marked
from tests import cast
from tests.factories import make_comment, make_item, make_page


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def ola(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.ola.user)
    return client


def shown(client: Client, comment: Comment) -> str:
    return client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()


@pytest.fixture
def no_crowds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many comments on one post stand each in its own row."""
    monkeypatch.setattr(queue, "CROWD", 1000)


@pytest.mark.django_db
def test_what_was_seen_is_kept_as_places_and_rules_without_the_words(place: cast.Cast) -> None:
    comment = make_comment(place.post, text="Ring meg på 412 34 567")
    row = Finding.objects.get()
    assert (row.comment, row.version_number, row.kind, row.rule) == (comment, 1, "phone", "phone")
    assert comment.text[row.start : row.end] == "412 34 567"
    assert "412" not in str([value for name, value in vars(row).items() if name != "_state"])
    assert comment.hints == ["personal_data"]


@pytest.mark.django_db
def test_an_edit_is_read_again_and_the_old_places_are_not_shown(place: cast.Cast) -> None:
    item = make_item(place.post, text="Det brenner! Ring meg på 412 34 567")
    intake.receive(place.channel, make_page(item), raw_page=None)
    changed = make_item(place.post, text="Alt er i orden", external_id=item.external_id)
    intake.receive(place.channel, make_page(changed), raw_page=None)
    comment = Comment.objects.get()
    assert (comment.hints, comment.looks_urgent) == ([], False)
    assert readings.findings_of(comment) == []


@pytest.mark.django_db
def test_a_page_of_many_comments_costs_no_more_queries_than_one_of_few(place: cast.Cast) -> None:
    counts = []
    for size in (2, 40):
        items = [make_item(place.post, text="Mor har demens, ring 412 34 567") for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            intake.receive(place.channel, make_page(*items), raw_page=None)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_the_municipalitys_own_address_is_nobodys_personal_data(place: cast.Cast) -> None:
    assert make_comment(place.post, text=f"Er det {place.unit.email} som gjelder?").hints == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "kept"), [("en", "en"), ("de", "nn"), ("", "nn"), ("no", "nn"), ("nb", "nb"), ("nn", "nn")]
)
def test_the_platforms_language_stands_only_where_we_trust_it(place: cast.Cast, told: str, kept: str) -> None:
    comment = make_comment(place.post, text="Eg veit ikkje kva som skjer med skulen", language=told)
    assert comment.language == kept


@pytest.mark.django_db
def test_an_unsorted_row_has_dashed_proposals_and_a_sorted_one_only_what_a_person_said(
    place: cast.Cast, ola: Client
) -> None:
    comment = make_comment(place.post, text="Hva mener ordføreren?")
    page = ola.get(reverse("inbox:queue")).content.decode()
    assert "sd-tag--suggest" in page
    assert "Politisk?" in page
    comments.sort(comment, sortings=["neutral"], by=place.ola)
    comments.flag(comment, flags=["political"], by=place.ola)
    comment.refresh_from_db()
    assert comment.suggestions == []
    assert "Politisk?" not in shown(ola, comment)


@pytest.mark.django_db
def test_what_looks_urgent_stands_first_under_its_own_heading_and_is_not_repeated(
    place: cast.Cast, ola: Client, no_crowds: None
) -> None:
    intake.receive(place.channel, make_page(*[make_item(place.post) for _ in range(60)]), raw_page=None)
    urgent = [make_comment(place.post, text="Det brenner i barnehagen!") for _ in range(3)]
    response = ola.get(reverse("inbox:queue"))
    first = response.context["groups"][0]
    assert (first.label, first.danger, [row.pk for row in first.rows]) == ("Akutt?", True, [one.pk for one in urgent])
    seen, url = [], reverse("inbox:queue")
    while url:
        page = ola.get(url)
        seen += [row.pk for group in page.context["groups"] for row in group.rows]
        url = page.context["next_url"]
    assert len(seen) == len(set(seen)) == 63


@pytest.mark.django_db
def test_more_urgent_comments_than_a_page_are_all_within_reach_both_ways(
    place: cast.Cast, ola: Client, no_crowds: None
) -> None:
    items = [make_item(place.post, text="Det brenner!") for _ in range(70)] + [make_item(place.post) for _ in range(70)]
    intake.receive(place.channel, make_page(*items), raw_page=None)
    pages, url = [], reverse("inbox:queue")
    while url:
        page = ola.get(url)
        pages.append([row.pk for group in page.context["groups"] for row in group.rows])
        url, last = page.context["next_url"], page
    assert len({pk for rows in pages for pk in rows}) == 140
    back = ola.get(last.context["previous_url"])
    assert [row.pk for group in back.context["groups"] for row in group.rows] == pages[-2]


@pytest.mark.django_db
def test_the_words_are_marked_with_an_explanation_beside(place: cast.Cast, ola: Client) -> None:
    comment = make_comment(
        place.post, text="Moren min har demens. Jeg vil klage. Hva sier ordføreren? <b>Ring</b> 41234567"
    )
    page = shown(ola, comment)
    assert '<mark data-kind="personal">demens</mark>' in page
    assert '<mark data-kind="case">vil klage</mark>' in page
    assert '<mark data-kind="level">ordføreren</mark>' in page
    assert "&lt;b&gt;Ring&lt;/b&gt;" in page
    assert "Kan være en helseopplysning om en person" in page


@pytest.mark.django_db
def test_the_box_offers_to_ask_the_sender_once_the_comment_is_sorted(place: cast.Cast, ola: Client) -> None:
    comment = make_comment(place.post, text="Moren min har demens")
    assert "Be avsenderen fjerne" not in shown(ola, comment)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    assert "Be avsenderen fjerne opplysningene" in shown(ola, comment)
    ola.post(reverse("inbox:ask_removal", args=[comment.pk]))
    assert "Vi ber deg fjerne dem" in comment.replies.get().text


@pytest.mark.django_db
def test_a_threat_asks_for_evidence_first_and_nothing_seen_shows_no_box(place: cast.Cast, ola: Client) -> None:
    assert "Bevis først" in shown(ola, make_comment(place.post, text="Jeg vet hvor saksbehandleren bor"))
    calm = shown(ola, make_comment(place.post, text="Tusen takk"))
    assert 'id="vurder-' not in calm
    assert "<mark" not in calm


def test_spans_that_do_not_fit_the_text_are_left_out() -> None:
    assert marked("kort", [Seen(2, 90, Kind.PHONE, "phone", "x")]) == ""


def test_where_two_marks_meet_the_redder_wins() -> None:
    spans = [Seen(0, 8, Kind.CASE, "c", "x"), Seen(4, 8, Kind.PHONE, "p", "y")]
    assert marked("abcdefgh", spans) == 'abcd<mark data-kind="personal">efgh</mark>'


HURTFUL = st.sampled_from(
    ["<script>", "</mark>", '"', "&amp;", "<", ">", "41234567", " idiot ", " klage på ", "ordfører"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(HURTFUL, st.text(max_size=20)), max_size=20).map("".join))
def test_marking_never_lets_html_live(text: str) -> None:
    html = str(marked(text, list(read_comment(text).items)))
    bare = html.replace("</mark>", "")
    for kind in ("personal", "level", "case"):
        bare = bare.replace(f'<mark data-kind="{kind}">', "")
    assert "<" not in bare
    assert ">" not in bare
