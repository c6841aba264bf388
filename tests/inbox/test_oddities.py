"""What cannot be seen of a text is told beside it, and nothing is told of ordinary texts."""

import pytest
from django.test import Client
from django.urls import reverse

from inbox.reading.oddities import Oddity, oddities
from tests import cast, factories


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Faktura_\u202efdp.exe", "Kari", [Oddity.BIDI]),
        ("\u05d0\u05d1\u05d2 123 (abc)", "Kari", [Oddity.BIDI]),
        ("ok", "Ola \u202erotartsinimdA", [Oddity.BIDI]),
        ("H\u00adei", "Kari", [Oddity.INVISIBLE]),
        ("\u00a0 \u3000\t", "Kari", [Oddity.INVISIBLE]),
        ("pass\u200dord", "Kari", [Oddity.INVISIBLE]),
        ("x" * 20_001, "Kari", [Oddity.LONG]),
        ("Hei", "Mеråker kоmmune", [Oddity.IMPOSTOR]),  # with two Cyrillic letters
        ("Hei", "Meraker  KOMMUNE", [Oddity.IMPOSTOR]),
        ("", "", []),
        ("Hei på deg", "Kari", []),
        ("\U0001f469\u200d\U0001f469\u200d\U0001f467 ❤️ čáppa", "Ođđa Šiella", []),
        ("می\u200cخواهم", "سارا", [Oddity.BIDI]),
        ("Takk til Meråker kommune", "Meråker idrettslag", []),
    ],
)
def test_what_is_odd_is_named(text: str, name: str, expected: list[Oddity]) -> None:
    assert oddities(text, name, own_names=["Meråker kommune"]) == expected


@pytest.mark.django_db
def test_the_page_tells_what_cannot_be_seen_beside_the_text_as_it_was_sent(client: Client) -> None:
    place = cast.meraker()
    post = factories.make_post(place.channel)
    odd = factories.make_comment(post, "Faktura_\u202efdp.exe")
    plain = factories.make_comment(post, "Når åpner hallen?")
    client.force_login(place.ola.user)

    page, other = (client.get(reverse("inbox:comment", args=[one.pk])).content.decode() for one in (odd, plain))

    assert "Faktura_\u202efdp.exe" in page
    assert "skrift fra høyre mot venstre" in page
    assert "skrift fra høyre mot venstre" not in other
