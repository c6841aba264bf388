"""What a split was unsure of is said in the reader's language, whatever was stored."""

import pytest
from django.utils import translation

from guidelines import doubts
from guidelines.splitting import split

FIELDS = {"number": 3, "code": "C2", "words": "Vær «åpen» i …", "word": "hode", "proposal": "både"}


@pytest.mark.parametrize("sentence", doubts.ALL)
def test_every_sentence_is_known_again_with_its_fields_in_place(sentence: str) -> None:
    kept = sentence % FIELDS
    assert doubts.said(kept) == kept
    with translation.override("en"):
        said = doubts.said(kept)
    assert said != kept
    assert all(str(value) in said for name, value in FIELDS.items() if f"%({name})s" in sentence)


def test_what_the_split_says_is_said_in_english() -> None:
    (kept,) = split("1. Delta i samtalen\n")[0].doubts
    with translation.override("en"):
        assert doubts.said(kept) == "Found no part that this belongs to. Set the code yourself."


def test_a_sentence_of_an_older_release_stands_as_it_was_stored() -> None:
    with translation.override("en"):
        assert doubts.said("Et gammelt ord.") == "Et gammelt ord."
