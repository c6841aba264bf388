"""A text that is too long becomes numbered parts: each fits as its platform counts, and nothing is lost or torn."""

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channels.base import ParentRef
from inbox.channels.lengths import length_on
from inbox.channels.splitting import CannotSplitError, numbered_parts, pieces_of

PARENT = ParentRef("1", author_handle="anne.nordmann@samfunn.example", author_id="2")
LIMITED = ["mastodon", "bluesky", "instagram"]
SENTENCE = "Vi brøyter hovedveiene først, og så boligfeltene når det er lyst. "
FAMILY = "👨‍👩‍👧‍👦"
ADDRESS = "https://www.meraker.kommune.example/tjenester/vei-og-trafikk/broyting?plan=2026&sone=nord"
UNITS = {
    "paragraphs": SENTENCE * 3 + "\n\n",
    "sentences": SENTENCE,
    "words": "snø ",
    "one long word": "å",
    "families": FAMILY,
    "addresses": f"Se {ADDRESS} og spør @ola@tydal.kommune.example om resten. ",
    "sami and japanese": "Buorre beaivi, suohkan. 除雪は朝に行います。",
}


def fits_on(platform):
    def fits(text):
        count = length_on(platform, text, PARENT, account_id="9", limit=0)
        return not count.too_long

    return fits


def too_long(kind, fits):
    """A text of this kind that is a little more than twice too long."""
    text = UNITS[kind]
    while fits(text):
        text += UNITS[kind]
    return text * 2


@pytest.mark.parametrize("platform", LIMITED)
@pytest.mark.parametrize("kind", UNITS)
def test_each_part_fits_and_joined_they_are_the_text(kind, platform):
    fits = fits_on(platform)
    text = too_long(kind, fits)
    parts = numbered_parts(text, fits)
    assert all(fits(part) for part in parts)
    for number, part in enumerate(parts, 1):
        assert part.endswith(f" ({number}/{len(parts)})")
    assert "".join(pieces_of(text, fits)) == text


@pytest.mark.parametrize("platform", LIMITED)
def test_no_address_or_mention_is_cut(platform):
    fits = fits_on(platform)
    text = too_long("addresses", fits)
    parts = numbered_parts(text, fits)
    for whole in (ADDRESS, "@ola@tydal.kommune.example"):
        assert sum(part.count(whole) for part in parts) == text.count(whole)


def test_a_mastodon_part_counts_an_address_as_23_and_the_name_in_front():
    text = f"{ADDRESS} " * 40  # 960 counted, 3,600 letters
    parts = numbered_parts(text, fits_on("mastodon"))
    assert len(parts) == 2
    longest = max(length_on("mastodon", part, PARENT, account_id="9", limit=0).used for part in parts[:1])
    assert longest <= 500 < longest + 24


def test_a_bluesky_part_counts_bytes_too():
    bytes_of_one = len((FAMILY * 300).encode())
    assert bytes_of_one > 3000, "300 characters that are too many bytes"
    parts = numbered_parts(FAMILY * 300, fits_on("bluesky"))
    assert len(parts) > 1
    assert all(len(part.encode()) <= 3000 for part in parts)


def test_the_cut_is_at_a_paragraph_then_a_sentence_then_a_word():
    fits = lambda text: len(text) <= 60  # noqa: E731
    assert numbered_parts("Første avsnitt er her og er langt nok.\n\nAndre avsnitt. Det er kort.", fits) == [
        "Første avsnitt er her og er langt nok. (1/2)",
        "Andre avsnitt. Det er kort. (2/2)",
    ]
    assert numbered_parts("Dette er den første setningen her. Dette er den andre setningen.", fits)[0] == (
        "Dette er den første setningen her. (1/2)"
    )
    first = numbered_parts("dette er bare en lang rekke av ord uten noe tegn som ender setningen", fits)[0]
    assert first == "dette er bare en lang rekke av ord uten noe tegn som (1/2)"


@pytest.mark.parametrize("text", ["https://a.example/" + "x" * 400, "hei@" + "x" * 400, SENTENCE * 100])
def test_what_cannot_be_cut_into_nine_parts_is_said(text):
    with pytest.raises(CannotSplitError):
        numbered_parts(text, fits_on("bluesky"))


WORDS = st.sampled_from(["snø", "brøyting", FAMILY, "e\u0301g", ADDRESS, "@anne@a.example", "#vei", "å" * 40, "🇳🇴🇸🇪"])
SPACES = st.sampled_from([" ", ". ", "\n", "\n\n", "! ", ", ", "\u00a0", "\t"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(WORDS | st.text(max_size=12), SPACES), min_size=20, max_size=120),
    st.sampled_from(["mastodon", "bluesky"]),
)
def test_any_text_is_whole_after_the_cut_and_every_part_fits(words, platform):
    text, fits = "".join(word + space for word, space in words).strip(), fits_on(platform)
    try:
        pieces = pieces_of(text, fits)
    except CannotSplitError:
        return
    assert "".join(pieces) == text
    assert all(fits(part) for part in numbered_parts(text, fits))
    boundaries = {place.end() for place in regex.finditer(r"\X", text)} | {0}
    ends = [len("".join(pieces[:number])) for number in range(len(pieces) + 1)]
    assert set(ends) <= boundaries
    for address in regex.finditer(r"https?://\S+|@\S+", text):
        assert not any(address.start() < end < address.end() for end in ends)
