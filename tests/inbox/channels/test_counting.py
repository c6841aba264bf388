"""Lengths as Mastodon counts them."""

import pytest

from inbox.channels.base import Count, ParentRef
from inbox.channels.counting import graphemes, mastodon_length
from inbox.channels.mastodon import MastodonConnector

LINK = "https://www.kommune.example/tjenester/veg-vann-og-avlop/broyting-og-stroing-av-kommunale-veger?side=2#topp"

TABLE = {
    "letters": ("Hei på deg", 10),
    "nothing": ("", 0),
    "space around does not count": ("  Hei \n", 3),
    "a line break counts": ("a\nb", 3),
    "å in one code point": ("å", 1),
    "å in two code points": ("a\u030a", 1),
    "a family": ("👩‍👩‍👧‍👦", 1),
    "a flag": ("🇳🇴", 1),
    "a long link": (LINK, 23),
    "a short link": ("https://x.no", 23),
    "a link in capitals": ("HTTPS://X.NO/a", 23),
    "two links": (f"{LINK} {LINK}", 47),
    "a full stop after a link": (f"Se {LINK}.", 3 + 23 + 1),
    "a link in brackets": (f"({LINK})", 25),
    "brackets in a link": ("https://no.wikipedia.example/wiki/Tydal_(kommune)", 23),
    "a link without http": ("www.kommune.example/a", 21),
    "a link with a port": ("http://kommune.example:8080/a", 23),
    "a mention here": ("@kari Hei", 9),
    "a mention elsewhere": ("@kari@sosial.example Hei", 9),
    "a mention on a port": ("@kari@127.0.0.1:8765 Hei", 9),
    "a mention with a dot": ("@kari.nordmann@sosial.example.", 15),
    "a mail address is no mention": ("post@kommune.example", 20),
    "two mentions": ("@kari@a.example @per@b.example", 10),
}


@pytest.mark.parametrize(("text", "length"), TABLE.values(), ids=TABLE.keys())
def test_a_text_is_counted_as_mastodon_does(text: str, length: int):
    assert mastodon_length(text) == length


def test_graphemes_are_what_a_reader_sees():
    assert graphemes("👍🏽 blåbær") == 8


def test_the_name_put_in_front_counts_and_500_is_the_limit_until_the_server_says_other():
    connector = MastodonConnector("https://sosial.example", "t", "1")
    parent = ParentRef("7", author_handle="kari@annet.example", visibility="public")
    assert connector.count("x" * 500) == Count(500, 500)
    assert not connector.count("x" * 500).too_long
    assert connector.count("x" * 500, parent) == Count(506, 500)
    assert connector.count("x" * 500, parent).too_long
    assert connector.count("@kari@annet.example " + "x" * 494, parent) == Count(500, 500)
    assert MastodonConnector("https://sosial.example", "t", "1", max_length=5000).count("").limit == 5000
