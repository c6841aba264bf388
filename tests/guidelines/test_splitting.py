"""An adopted text is cut into sections without a character being changed; what is unsure is said, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.damage import doubts_in, proposed
from guidelines.splitting import marker_of, split
from tests.guidelines.council_texts import ABSENT, FJELLVIK, SEEDS, seed

needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason=ABSENT)
A, C = [f"A{n}" for n in range(1, 7)], ["C0", "C1", "C2", "C2a", "C2b", "C2c", "C2d", "C3", "C4", "C5", "C6", "C7"]


def codes(text):
    return [one.code for one in split(text) if one.code]


def doubts(text):
    return {one.code: one.doubts for one in split(text)}


@needs_seeds
def test_merakers_text_gets_the_codes_of_its_clauses():
    assert codes(seed("meraker")) == ["A", *A, "B", "B1", "B2", "B3", "B4", "C", *C, "D", "E1"]
    assert all(one.doubts == () for one in split(seed("meraker"))), "nothing is damaged"


@needs_seeds
def test_tydals_scan_gets_the_same_codes_in_spite_of_its_damage():
    assert codes(seed("tydal")) == ["A", *A, "C", *C]


@needs_seeds
@pytest.mark.parametrize(("code", "number"), [("A1", 1), ("A4", 4), ("C2", 2)])
def test_a_number_that_the_scan_lost_is_unsure(code, number):
    assert f"Nummeret {number} mangler i kilden." in doubts(seed("tydal"))[code]


@needs_seeds
@pytest.mark.parametrize(
    ("code", "word", "right"),
    [
        ("A1", "Vaer", "Vær"), ("A1", "pa", "på"), ("A2", "ngye", "nøye"),
        ("A2", "&", "å"), ("A2", "pargrende", "pårørende"),
        ("A6", "a", "å"), ("C0", "sgrger", "sørger"), ("C0", "8", "å"), ("C1", "Veertil", "Vær til"),
        ("C2a", "Sjtakk", "Si takk"), ("C4", "pé", "på"), ("C5", "Paspgrsmadl", "På spørsmål"),
        ("C5", "Sp@rsmalet", "Spørsmålet"), ("C7", "radmannens", "rådmannens"),
    ],
)  # fmt: skip
def test_a_damaged_letter_is_unsure_with_a_proposal(code, word, right):
    assert f"«{word}» er kanskje «{right}»." in doubts(seed("tydal"))[code]


def test_an_invented_scan_finds_its_lost_numbers_and_its_broken_sentence():
    assert codes(FJELLVIK) == ["A", "A1", "A2", "A3", "A4", "A5", "C", "C0", "C1", "C2", "C2a", "C2b", "C3"]
    by_code = {one.code: one for one in split(FJELLVIK)}
    assert by_code["C2b"].text.endswith("bestem\n\nselv hvor lenge\n\n")
    assert by_code["A4"].text == "Si fra hvis noen kan misforsta\n"
    assert by_code["A1"].audiences == ("employees",)
    assert by_code["C0"].audiences == ("group",)


def test_a_number_that_nobody_can_place_is_said_to_be_missing():
    found = split("Kommunens kontoer\n\n1. En\n3. Tre\n")
    assert found[-1].doubts == ("Punkt 2 mangler foran dette.",)


@given(st.text(alphabet=st.sampled_from("aAeoåÅ1238.-*# \n\t&@)"), max_size=200))
def test_no_character_is_ever_lost(text):
    assert "".join(one.text for one in split(text)) == text


@given(st.text(max_size=300))
def test_no_character_of_any_script_is_lost(text):
    passages = split(text)
    assert "".join(one.text for one in passages) == text
    assert all(one.text.startswith(marker_of(one.text)) for one in passages)


@pytest.mark.parametrize(
    "text", ["Vi sees for godt vær.", "Punkt 8 og 9", "Det tar 8 dager", "Ring på døra og vær grei"]
)
def test_whole_words_are_left_alone(text):
    assert proposed(text) == text


def test_a_proposal_changes_only_the_doubtful_words():
    assert proposed("Vaer grei pa vegne av oss") == "Vær grei på vegne av oss"
    assert [doubt.word for doubt in doubts_in("e@rlig talt")] == ["e@rlig"]
