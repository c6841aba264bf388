"""The PDFs an archive keeps: they conform, hold every word, look the same tomorrow, and no text breaks them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.documents import (
    FontsMissingError,
    Rendered,
    font_paths_in,
    handling_log_pdf,
    incoming_comment_pdf,
    outgoing_reply_pdf,
)
from archive.printable import Words, hidden_characters, stretches
from tests.archive.fjellvik import ROOT
from tests.archive.papers import (
    FONTS,
    HOSTILE,
    edited_comment,
    handling_log,
    hostile_texts,
    incoming_comment,
    outgoing_reply,
)

WORLD = "čšžŋđŧáâ 漢字かな سلام שלום ሰላም ไทย தமிழ் हिन्दी Ελλάδα Україна 𝓕𝓪𝓷 👨\u200d👩\u200d👧🇳🇴👍🏽 ☎ ✓ → ½ €"


def pdf_of(text: str) -> Rendered:
    return incoming_comment_pdf(incoming_comment(text), font_paths=FONTS)


def every_document() -> dict[str, Rendered]:
    return {
        "comment": incoming_comment_pdf(edited_comment(WORLD), font_paths=FONTS),
        "missing": pdf_of("한국어 \U00012000 \x00"),
        "reply": outgoing_reply_pdf(outgoing_reply(), font_paths=FONTS),
        "log": handling_log_pdf(handling_log(80), font_paths=FONTS),
    }


@pytest.fixture(scope="module")
def documents() -> dict[str, Rendered]:
    return every_document()


def text_of(rendered: Rendered) -> str:
    """The words of a PDF as a reader of any tool would extract them."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) er ikke installert")
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=rendered.data, capture_output=True, check=True)
    return found.stdout.decode()


def fonts_in(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    for page in pdf.pages:
        for font in (page.Resources.get("/Font") or {}).values():
            yield from font.DescendantFonts if font.Subtype == "/Type0" else [font]


def assert_archival(rendered: Rendered) -> None:
    """The cheap guard: what PDF/A-2u needs and can be seen from outside. The real judge is test_pdfa.py."""
    with pikepdf.open(BytesIO(rendered.data)) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "2"
            assert metadata["pdfaid:conformance"] == "U"
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert not pdf.is_encrypted
        fonts = list(fonts_in(pdf))
        assert fonts
        for font in fonts:
            if font.Subtype != "/Type3":
                keys = set(font.FontDescriptor.keys())
                assert keys & {"/FontFile", "/FontFile2", "/FontFile3"}


@pytest.mark.parametrize("kind", ["comment", "missing", "reply", "log"])
def test_a_document_says_that_it_is_pdf_a_2u_and_embeds_its_fonts(documents: dict[str, Rendered], kind: str) -> None:
    assert_archival(documents[kind])


def test_the_comment_is_there_with_who_when_where_and_every_version() -> None:
    words = text_of(incoming_comment_pdf(edited_comment("Ny tekst om brøyting"), font_paths=FONTS))
    for expected in [
        "Fjellvik kommune",
        "Innkommet kommentar",
        "SD-0147",
        "Kari Eksempel",
        "@kari.eksempel",
        "Facebook – Fjellvik kommune",
        "20.11.2026 kl. 07.42",
        "20.11.2026 kl. 07.45",
        "funnet fjernet eller skjult ved kilden 20.11.2026 kl. 09.42",
        "Ny tekst om brøyting",
        "Versjon 2. Skrevet 20.11.2026 kl. 08.42",
        "Når blir Furuvegen brøytet?",
        "Vi brøyter skolevegene først.",
        "Bra jobba",
        "bilde 1.png",
        "Snødekt veg",
        "Uten beskrivelse fra avsender",
        "Laget av SocialDesk 20.11.2026 kl. 10.00",
        "Side 1 av 1",
    ]:
        assert expected in words


def test_the_reply_says_who_wrote_and_approved_it_and_what_it_answers() -> None:
    words = text_of(outgoing_reply_pdf(outgoing_reply(), font_paths=FONTS))
    for expected in [
        "Svar fra kommunen",
        "Ola Respons",
        "Wenche Webansvarlig, 20.11.2026 kl. 09.37",
        "Hei, Kari. Furuvegen blir brøytet før kl. 07.",
        "Saken må sendes som formell henvendelse til kommunen.",
        "Når blir Furuvegen brøytet?",
    ]:
        assert expected in words


def test_a_long_log_goes_over_pages_with_the_head_repeated() -> None:
    words = text_of(handling_log_pdf(handling_log(80), font_paths=FONTS))
    pages = words.rstrip("\f").split("\f")
    assert len(pages) > 2
    assert all("Rolle da" in page and f"Side {number} av {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert words.count("Ola Respons") == 80


def test_text_is_data_and_never_markup() -> None:
    hostile = '#eval("1+1") *fet* $x^2$ @ref <merke> // nei ]]> \\ #import "x.typ"'
    assert hostile in text_of(pdf_of(hostile))


def test_letters_of_many_scripts_can_be_read_out_again() -> None:
    rendered = pdf_of(WORLD)
    words = text_of(rendered)
    assert rendered.replaced == ()
    assert all(word in words for word in ["čšžŋđŧáâ", "漢字かな", "ሰላም", "Ελλάδα", "Україна", "🇳🇴"])


def test_a_character_no_font_has_is_named_in_its_place() -> None:
    rendered = pdf_of("før\U00012000etter 한\x00")
    words = text_of(rendered)
    assert rendered.replaced == ("U+0000", "U+D55C", "U+12000")
    assert "før[U+12000]etter [U+D55C][U+0000]" in words
    assert "Om tegnene i dokumentet" in words


def test_a_letter_whose_marks_no_font_can_join_keeps_the_letter() -> None:
    rendered = pdf_of("q\u0301\u0327\u0345\u20dd slutt")
    assert "slutt" in text_of(rendered)
    assert "q" in text_of(rendered)
    assert_archival(rendered)


def test_steering_characters_are_named_under_the_text() -> None:
    assert "styrer leseretning" in text_of(pdf_of("faktura \u202efdp.exe"))
    assert hidden_characters("a\u200bb\u202e") == "U+202E (styrer leseretning), U+200B (usynlig)"
    assert hidden_characters("👨\u200d👩\u200d👧 ❤\ufe0f") == ""


@pytest.mark.parametrize("number", range(len(hostile_texts())))
def test_no_text_breaks_a_document(number: int) -> None:
    assert_archival(pdf_of(hostile_texts()[number]))


def test_no_text_breaks_the_other_fields() -> None:
    strange = "W" * 3000 + "😡\x00\U00012000\ud800\n\u202e]]>"
    comment = replace(
        edited_comment(strange),
        author=strange,
        handle=strange,
        account=strange,
        municipality=strange,
        number=strange,
        permalink=f"javascript:{strange}",
    )
    assert_archival(incoming_comment_pdf(comment, font_paths=FONTS))
    assert_archival(handling_log_pdf(handling_log(2, what=strange), font_paths=FONTS))


@pytest.mark.skipif(not HOSTILE.is_file(), reason="../shared/hostile/comments.open.jsonl finnes ikke her")
def test_no_hostile_comment_breaks_a_document() -> None:
    lines = HOSTILE.read_text(encoding="utf-8").splitlines()
    texts = [max(strings_in(json.loads(line)["events"]), key=len)[:20_000] for line in lines]
    for text in texts[::4]:
        assert pdf_of(text).data.startswith(b"%PDF-1.7")


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings_in(inner)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_gives_a_pdf(text: str) -> None:
    assert pdf_of(text).data.startswith(b"%PDF-1.7")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_making_lines_breakable_loses_no_letter(text: str) -> None:
    short = stretches(Words(text, longest=10), {})
    whole = "".join(letter for letter in "".join(str(part["text"]) for part in short) if letter.isalnum())
    if not any("tomme linjer" in str(part["text"]) or "merker]" in str(part["text"]) for part in short):
        assert whole == "".join(letter for letter in unicode_nfc(text) if letter.isalnum())


def unicode_nfc(text: str) -> str:
    return "".join(str(part["text"]) for part in stretches(Words(text, longest=10**6), {}))


def test_long_words_break_only_between_whole_characters() -> None:
    flags, family = "🇳🇴" * 30, "👨\u200d👩\u200d👧" * 20
    for text, unit in [(flags, 2), (family, 5)]:
        (part,) = stretches(Words(text, longest=7), {})
        pieces = str(part["text"]).split("\u200b")
        assert len(pieces) > 5
        assert all(len(piece) % unit == 0 for piece in pieces)


def test_lines_keep_their_own_reading_direction() -> None:
    parts = stretches(Words("سلام\n123\nhei\n\nשלום"), {})
    assert [(part["rtl"], part["text"]) for part in parts] == [(True, "سلام\n123"), (False, "hei\n"), (True, "שלום")]


def test_the_same_input_gives_the_same_bytes_in_every_process() -> None:
    program = (
        "import hashlib; from tests.archive.test_documents import every_document;"
        "print([hashlib.sha256(one.data).hexdigest() for one in every_document().values()])"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"TZ": zone, "LANG": language, "PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone, language, seed in [("UTC", "C", "1"), ("Asia/Tokyo", "nb_NO.UTF-8", "4711")]
    }
    assert len(seen) == 1


def test_what_was_set_before_does_not_show_in_the_bytes() -> None:
    first = pdf_of("Hei")
    pdf_of(WORLD)
    pdf_of("\U00012000")
    assert pdf_of("Hei") == first


def test_the_date_in_the_file_is_the_documents_own() -> None:
    late = incoming_comment(made_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    with pikepdf.open(BytesIO(incoming_comment_pdf(late, font_paths=FONTS).data)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20270101003000")


def test_threads_take_turns_at_the_compiler() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda number: pdf_of(f"Kommentar {number % 3}").data, range(12)))
    assert len(set(results)) == 3


def test_missing_fonts_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FontsMissingError, match=r"Noto Sans.*make setup"):
        incoming_comment_pdf(incoming_comment(), font_paths=font_paths_in(tmp_path))
