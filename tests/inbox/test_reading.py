"""The detectors: what they find, what they leave alone, and that nothing a person writes can hurt them."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.reading.comment import LONGEST_READ, read_comment
from inbox.reading.findings import PERSONAL, Context, Findings, Kind
from inbox.reading.language import guess_language
from inbox.reading.numbers import is_account, is_national_id

PROBES = Path(__file__).resolve().parents[3] / "shared" / "triage" / "pii-dev.jsonl"
LINES = [json.loads(line) for line in PROBES.read_text(encoding="utf-8").splitlines()] if PROBES.is_file() else []
OWN = Context(
    own_contacts=frozenset({"postmottak@meraker.kommune.example", "+47 412 00 100", "9999.01.54917"}),
    own_names=frozenset({"Meråker kommune"}),
)


def personal(text: str, context: Context = OWN) -> list[tuple[str, str]]:
    found = read_comment(text, context).items
    return [(one.kind.value, text[one.start : one.end]) for one in found if one.kind in PERSONAL]


@pytest.mark.skipif(not LINES, reason="no reference data beside the repository (../shared)")
@pytest.mark.parametrize("line", LINES, ids=[line["id"] for line in LINES])
def test_every_probe_is_found_with_its_exact_place_and_no_look_alike_is(line: dict[str, object]) -> None:
    found = [(one.kind.value, one.start, one.end) for one in read_comment(str(line["text"])).of(*PERSONAL)]
    assert found == [(one["type"], one["start"], one["end"]) for one in line["pii"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fødselsnummeret mitt er 02813850322", [("national_id", "02813850322")]),
        ("Det er 028138 50322", [("national_id", "028138 50322")]),
        ("Det er 02.81.38 50322", [("national_id", "02.81.38 50322")]),
        ("fnr 01010112345", [("national_id", "01010112345")]),  # broken control digits, but named
        ("KID 02813850322", []),
        ("Måleren viser 02813850322", []),
        ("Bredden er 01010112345 mm", []),
        ("Pengene kan gå til 9999.43.91727", [("bank_account", "9999.43.91727")]),
        ("Tallet er 99994391727", []),
        ("Betal til konto 9999.01.54917", []),  # the municipality's own
        ("Ring meg på 412 34 567", [("phone", "412 34 567")]),
        ("Sentralbordet har 41200100", []),
        ("Vipps 41234567 kroner", []),
        ("Mitt nummer er +46 70 123 45 67", [("phone", "+46 70 123 45 67")]),
        ("Skriv til ola@example.org.", [("email", "ola@example.org")]),
        ("Skriv til postmottak@meraker.kommune.example", []),
        ("Hei @ola@meraker.example", []),
        ("Jeg er født 3. mars 1984", [("birth_date", "3. mars 1984")]),
        ("Vedtatt 24.04.2017", []),
        ("Vi har flyttet til Granlia 31", [("street_address", "Granlia 31")]),
        ("Org.nr. 997 470 517", []),
        ("Sak 2025/311 og gnr. 45 bnr. 12", []),
        ("Meråker kommune svarer", []),
    ],
)
def test_a_persons_numbers_are_found_and_others_are_not(text: str, expected: list[tuple[str, str]]) -> None:
    assert personal(text) == expected


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("Mor på 84 har demens og klarer seg ikke hjemme", ["health_data"]),
        ("Når er det kurs for pårørende ved demens?", []),
        ("Har dere tilbud for folk som har diabetes?", []),
        ("Jeg har hørt at dere har et tilbud om demens", []),
        ("Sonen min har autisme", ["health_data"]),
        ("Du er en idiot", ["about_person"]),
        ("Nå er jeg lei av denne jævla veien", []),
        ("Jeg vet hvor saksbehandleren din bor", ["threat"]),
        ("Haha du dreper meg Siv", []),
        ("Hva mener ordføreren om dette?", ["political"]),
        ("Ta til høyre i krysset", []),
        ("Hva sier Høyre? Jeg spør hva Høyre mener", ["political"]),
        ("Det ryker kraftig bak barnehagen", ["urgent"]),
        ("Huset brenn!", ["urgent"]),
        ("There is a gas leak by the school", ["urgent"]),
        ("Buollá! Veahket", ["urgent"]),
        ("Jeg vil ikke leve lenger", ["urgent"]),
        ("Jeg ber om innsyn i saken", ["access_request"]),
        ("Vi vil klage på avslaget", ["complaint"]),
        ("Naboen Torgrim Eksempelstad bygger ulovlig", ["personal_data"]),
        ("Kari Moen synger i kveld", []),  # a name alone is only a soft hint
        ("Tusen takk for fin brøyting", []),
    ],
)
def test_words_are_proposed_with_what_they_are_about(text: str, hints: list[str]) -> None:
    assert read_comment(text, OWN).hints == hints


def test_a_full_name_alone_is_marked_but_not_proposed() -> None:
    found = read_comment("I går sang Kari Moen")
    assert [one.kind for one in found.items] == [Kind.NAME]
    assert found.hints == []


def test_a_letter_written_in_two_parts_is_the_same_letter() -> None:
    assert "urgent" in read_comment("Hjelp, vannet stiger ved bru\u0301a, noen pa\u030a isen har falt i vannet").hints


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Når åpner svømmehallen? Jeg vet ikke hvor jeg skal spørre", "nb"),
        ("Eg veit ikkje kva som skjer med skulen", "nn"),
        ("When does the swimming pool open?", "en"),
        ("Ollu giitu! Hui buorre konsearta.", "se"),
        ("Opłaty znowu w górę, a drogi dziurawe jak ser", "pl"),
        ("😂😂", ""),
        ("", ""),
    ],
)
def test_the_language_is_guessed_from_the_words(text: str, language: str) -> None:
    assert guess_language(text) == language


def test_control_digits_dates_and_lengths_are_all_asked() -> None:
    assert is_national_id("02813850322")
    assert not is_national_id("02813850323")
    assert not is_national_id("00000000000")
    assert not is_national_id("0281385032")
    assert is_account("99994391727")
    assert not is_account("99994391728")


def test_a_very_long_text_is_read_to_a_limit_and_says_so() -> None:
    found = read_comment("a " * LONGEST_READ + "fnr 02813850322")
    assert found.items == ()
    assert not found.complete


def test_a_detector_that_fails_is_named_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("inbox.reading.comment.find_words", broken)
    found = read_comment("fnr 02813850322")
    assert found.failed == ("words",)
    assert not found.complete
    assert found.hints == ["personal_data"]


def test_nothing_found_has_no_word_for_safe() -> None:
    assert not any("safe" in name for name in dir(Findings))


PIECES = st.sampled_from(
    ["Kari Moen", "02813850322", " ", "\n", "@", "+47", "vet hvor", "demens", "mor", "\u0301", "...", "å"]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=60).map("".join)))
def test_any_text_is_read_and_every_finding_lies_inside_it(text: str) -> None:
    found = read_comment(text)
    assert found.failed == ()
    assert all(0 <= one.start < one.end <= len(text) for one in found.items)
