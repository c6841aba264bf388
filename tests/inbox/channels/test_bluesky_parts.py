"""Keys, facets, lengths and places of Bluesky, each by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.channels.bluesky_addresses import (
    Address,
    as_address,
    as_did,
    first_own_key,
    key_number,
    key_of,
    last_own_key,
    own_key,
    page_of,
)
from inbox.channels.bluesky_facets import facets_of, without_name_in_front
from inbox.channels.bluesky_place import Place
from inbox.channels.items import folded

ABOUT = Address("did:plc:karikarikarikarikarikari", "app.bsky.feed.post", "3n2s75mccnc2c")
KEYS = st.integers(min_value=0, max_value=2**63 - 1).map(key_of)


@given(number=st.integers(min_value=0, max_value=2**63 - 1), other=st.integers(min_value=0, max_value=2**63 - 1))
def test_keys_sort_as_their_numbers_and_can_be_read_back(number: int, other: int):
    assert key_number(key_of(number)) == number
    assert (key_of(number) < key_of(other)) == (number < other)


@given(key=st.text(), rkey=KEYS | st.just("self"))
def test_a_key_of_ours_is_a_tid_the_same_each_time_and_within_its_bounds(key: str, rkey: str):
    about = ABOUT._replace(rkey=rkey)
    found = own_key(key, about)
    assert key_number(found) is not None
    assert found == own_key(key, about)
    assert first_own_key(about) <= found <= last_own_key(about)


def test_other_replies_have_other_keys():
    keys = {own_key(f"key {number}", ABOUT) for number in range(2000)}
    assert len(keys) == 2000
    assert own_key("k", ABOUT) != own_key("k", ABOUT._replace(rkey="3n2s75mccnc2d"))


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "",
        "at://",
        "https://x",
        "at://kari.test/app.bsky.feed.post/3k",
        f"{ABOUT}/x",
        f"{ABOUT}?x",
        f"{ABOUT}\n",
        "at://did:plc:x/app.bsky.feed.post/..",
        "at://did:plc:x/app.bsky.feed.post/" + "a" * 200,
    ],
)
def test_what_is_no_address_is_told(value: object):
    assert as_address(value) is None
    assert as_did(value) == ""


def test_pages_lead_to_the_web_or_to_the_practice_platform():
    assert page_of(ABOUT, "https://pds.example") == f"https://bsky.app/profile/{ABOUT.did}/post/{ABOUT.rkey}"
    assert page_of(ABOUT, "http://127.0.0.1:1/") == f"http://127.0.0.1:1/profile/{ABOUT.did}/post/{ABOUT.rkey}"


TEXTS = {
    "Se https://kommune.example/veg.": ["https://kommune.example/veg"],
    "(https://kommune.example/a_(b))": ["https://kommune.example/a_(b)"],
    "æøå «https://kommune.example» https://": ["https://kommune.example"],
    "HTTPS://KOMMUNE.EXAMPLE/æ?å=1#ø!": ["HTTPS://KOMMUNE.EXAMPLE/æ?å=1#ø"],
    "👩‍👩‍👧‍👦 @kari.test, @Ola.Test og @ukjent.example": ["@kari.test", "@Ola.Test"],
    "post@kari.test https://x.example/@kari.test @kari": ["https://x.example/@kari.test"],
    "": [],
}


@pytest.mark.parametrize("text", TEXTS)
def test_links_and_names_are_found_by_their_bytes(text: str):
    people = {"kari.test": "did:plc:kari", "ola.test": "did:plc:ola"}
    facets = facets_of(text, lambda handle: people.get(handle, ""))
    assert [text.encode()[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in facets] == TEXTS[
        text
    ]


@given(text=st.text(alphabet="æ👩‍x@.k/:htps )(", max_size=60))
def test_facets_never_overlap_and_never_cut_a_letter(text: str):
    end = 0
    for one in facets_of(text, lambda _: "did:plc:kari"):
        index = one["index"]
        assert end <= index["byteStart"] < index["byteEnd"] <= len(text.encode())
        text.encode()[index["byteStart"] : index["byteEnd"]].decode()
        end = index["byteEnd"]


def test_nobody_is_asked_for_more_than_five_names():
    asked: list[str] = []
    facets_of(" ".join(f"@a{number}.test" for number in range(50)), lambda name: asked.append(name) or "")
    assert len(asked) == 5


def test_only_our_own_name_in_front_is_dropped():
    def mention(start: object, end: object, did: str = "did:plc:us") -> list[object]:
        return [{"index": {"byteStart": start, "byteEnd": end}, "features": [{"did": did}]}]

    text = "@kommune.test når?"
    assert without_name_in_front(text, mention(0, 13), "did:plc:us") == "når?"
    for facets in (
        mention(0, 13, "did:plc:x"),
        mention(1, 13),
        mention(0, 99),
        mention(0, "13"),
        mention(False, 13),
        7,
    ):
        assert without_name_in_front(text, facets, "did:plc:us") == text


def test_two_readings_of_the_same_reply_are_equal():
    assert folded("  Blå\n\nhilsen ") == folded("Bla\u030a hilsen")


NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@given(
    steps=st.lists(
        st.tuples(st.lists(st.integers(min_value=-9, max_value=9), max_size=3), st.text(max_size=3) | st.none()),
        max_size=12,
    )
)
def test_a_place_survives_being_written_down_and_a_walk_down_never_goes_up(
    steps: list[tuple[list[int], str | None]],
):
    place = Place()
    for minutes, cursor in steps:
        times = [NOW + timedelta(minutes=one) for one in minutes]
        next_page = cursor if cursor is not None else min(times, default=NOW).isoformat()
        before = place
        place, more = place.after(times, next_page)
        assert Place.read(str(place)) == place
        assert more == bool(place.going_on)
        if more and before.going_on:
            assert place.going_on != before.going_on


def test_what_was_read_is_kept_only_when_the_walk_is_over():
    begun, more = Place(NOW - timedelta(days=1)).after([NOW], NOW.isoformat())
    assert (begun.until, more) == (NOW - timedelta(days=1), True)
    ended, more = begun.after([NOW - timedelta(days=2)], "x")
    assert (ended.until, ended.going_on, more) == (min(NOW, datetime.now(UTC)), "", False)
