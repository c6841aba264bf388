"""What changed, word by word, so that a person can read it."""

from hypothesis import given
from hypothesis import strategies as st

from inbox.views.diff import diff


def read(parts: list[dict[str, str]], *kinds: str) -> str:
    return "".join(part["text"] for part in parts if part["kind"] in kinds)


def test_words_that_changed_together_are_one_change() -> None:
    parts = diff("Dette er skandale, sier jeg", "Dette var helt greit, sier jeg")
    assert [part["kind"] for part in parts] == ["same", "gone", "new", "same"]
    assert read(parts, "gone") == "er skandale,"


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    parts = diff(before, after)
    assert read(parts, "same", "gone") == before
    assert read(parts, "same", "new") == after
