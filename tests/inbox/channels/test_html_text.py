"""HTML as the text a reader sees."""

import pytest

from inbox.channels.html_text import plain_text
from tests.inbox.channels.statuses import OUR_MENTION, OUR_PAGE

OTHER = '<span class="h-card"><a href="https://annet.example/@per" class="u-url mention">@<span>per</span></a></span>'
LONG = "https://www.kommune.example/tjenester/veg-vann-og-avlop/broyting"
CUT = (
    f'<a href="{LONG}" rel="nofollow"><span class="invisible">https://www.</span>'
    '<span class="ellipsis">kommune.example/tjenester/veg-v</span>'
    '<span class="invisible">ann-og-avlop/broyting</span></a>'
)

TABLE = {
    "a paragraph": ("<p>Takk!</p>", "Takk!"),
    "two paragraphs": ("<p>Hei</p><p>Når?</p>", "Hei\n\nNår?"),
    "a line break": ("<p>Hei<br>du<br/>der<br />ja</p>", "Hei\ndu\nder\nja"),
    "two line breaks": ("<p>a<br><br>b</p>", "a\n\nb"),
    "no tags": ("Bare tekst", "Bare tekst"),
    "nothing": ("", ""),
    "entities": (
        "<p>Tom &amp; Kari &lt;3 &#128512; &aring; &quot;ja&quot; &#39;nei&#39;</p>",
        "Tom & Kari <3 😀 å \"ja\" 'nei'",
    ),
    "an escaped script is text": ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<script>alert(1)</script>"),
    "a script is left out": ("<p>a<script>alert(1)</script>b</p>", "ab"),
    "a script without an end swallows nothing": ("<p>a<script>b <p>c", "ab <p>c"),
    "a style is left out": ("<style>p{}</style><p>a</p>", "a"),
    "a comment is left out": ("<p>a<!-- hemmelig -->b</p>", "ab"),
    "a whole link": (f'<p>Se <a href="{LONG}">{LONG}</a></p>', f"Se {LONG}"),
    "a shortened link": (f"<p>Se {CUT}.</p>", f"Se {LONG}."),
    "a link with dots": (f'<a href="{LONG}">kommune.example/tjenester…</a>', LONG),
    "a link with a label": (f'<a href="{LONG}">brøyting</a>', f"brøyting ({LONG})"),
    "a link that lies": ('<a href="https://evil.example/">nav.no</a>', "nav.no (https://evil.example/)"),
    "a link without a label": ("<a href='https://x.example/'></a>", "https://x.example/"),
    "a script link": ("<a href='javascript:alert(1)'>trykk</a>", "trykk"),
    "a hashtag": ('<a href="https://s.example/tags/vann" class="mention hashtag">#<span>Vann</span></a>', "#Vann"),
    "an emoji picture": ('<p>Bra <img class="emoji" alt=":elg:" src="x"></p>', "Bra :elg:"),
    "a list": ("<p>Ta med:</p><ul><li>sko</li><li>lue</li></ul><p>Hei</p>", "Ta med:\n\n- sko\n- lue\n\nHei"),
    "source line breaks": ("<p>a\n   b</p>\n<p>c</p>", "a b\n\nc"),
    "preformatted": ("<pre>a\n  b</pre>", "a\n  b"),
    "spaces stay": ("<p>a  b\u00a0c\u200bd</p>", "a  b\u00a0c\u200bd"),
    "unclosed": ("<p>a<b>b<i>c<p>d", "abc\n\nd"),
    "crossed": ("<b>a<i>b</b>c</i>", "abc"),
    "us first": (f"<p>{OUR_MENTION} Når?</p>", "Når?"),
    "us with a comma": (f"<p>{OUR_MENTION}, når?</p>", "når?"),
    "us and a smile": (f"<p>{OUR_MENTION} :)</p>", ":)"),
    "us after another": (f"<p>{OTHER} {OUR_MENTION} Når?</p>", "@per Når?"),
    "us before another": (f"<p>{OUR_MENTION} {OTHER} Når?</p>", "@per Når?"),
    "us twice": (f"<p>{OUR_MENTION} {OUR_MENTION} Når?</p>", "Når?"),
    "us in the middle": (f"<p>Takk {OUR_MENTION} for svar</p>", "Takk @kommune for svar"),
    "us on a line": (f"<p>{OUR_MENTION}<br>Når?</p>", "Når?"),
    "nothing but us": (f"<p>{OUR_MENTION}</p>", "@kommune"),
    "our name written only": ("<p>@kommune Når?</p>", "@kommune Når?"),
    "somebody else's mention": (f"<p>{OTHER} Når?</p>", "@per Når?"),
    "our page linked, not mentioned": (f'<p><a href="{OUR_PAGE}">{OUR_PAGE}</a> Når?</p>', f"{OUR_PAGE} Når?"),
}


@pytest.mark.parametrize(("html", "text"), TABLE.values(), ids=TABLE.keys())
def test_html_becomes_what_a_reader_sees(html: str, text: str):
    found = plain_text(html, [OUR_PAGE])
    assert (found.text, found.cleaned, found.problem) == (text, False, "")


@pytest.mark.parametrize("html", ["a\x00b", "a\x01b", "a\x85b", "a\ud800b", "a\ufffeb", "a\U0001ffffb"])
def test_forbidden_characters_are_replaced_and_told(html: str):
    found = plain_text(f"<p>{html}</p>")
    assert (found.text, found.cleaned) == ("a\ufffdb", True)


@pytest.mark.parametrize("reference", ["&#1;", "&#127;", "&#xFFFE;"])
def test_forbidden_characters_written_as_references_are_replaced_too(reference: str):
    assert plain_text(f"<p>a{reference}b</p>").text in ("a\ufffdb", "ab")


def test_nobody_can_forge_the_mark_of_our_name():
    assert plain_text("<p>a\x00kommune\x00 b</p>").text == "a\ufffdkommune\ufffd b"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "hei",
        "<a " * 100_000,
        "<" * 200_000,
        "<!--" * 50_000,
        "<a href='https://x.example'>" * 5_000,
    ],
    ids=["deep", "half tags", "brackets", "comments", "links in links"],
)
def test_hostile_html_is_read_without_an_exception(html: str):
    assert isinstance(plain_text(html).text, str)


def test_the_words_in_a_hundred_thousand_boxes_are_found():
    assert plain_text("<div>" * 100_000 + "hei" + "</div>" * 100_000).text == "hei"
