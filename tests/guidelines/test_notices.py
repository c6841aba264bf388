"""Notices: written from the rows, and found again in what a person wrote."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.duties import WordingError, alternative_text, notice_text, stands_in
from guidelines.pack import read_pack
from tests.guidelines.duty_table import BOTH

DUTIES = {(council, duty.code): duty for council in BOTH for duty in read_pack(council).duties}
NOTICES = [duty for duty in DUTIES.values() if duty.is_notice]
C4, C5 = DUTIES["meraker", "C4-notice"], DUTIES["meraker", "C5-notice"]
AGAIN, DEADLINE = DUTIES["tydal", "law-access-notice"], DUTIES["tydal", "law-complaint-deadline"]
FIELDS = {
    "form_url": "https://skjema.example/henvendelse",
    "address": "post@kommune.example",
    "municipality": "Fjellvik kommune",
}


@pytest.mark.parametrize(
    ("duty", "text"),
    [
        (C4, "Du må sende en formell henvendelse."),
        (C4, "FORMELL HENVENDELSE"),
        (C4, "en formell\n\thenvendelse"),
        (C4, "en formell\u00a0henvendelsen"),
        (C4, "en for\u00admell hen\u200bvendelse"),
        (C4, "Dette kan vi ikke svare på her, så send en skriftlig henvendelse."),
        (C4, "Du trenger ikke ringe. Send en skriftlig henvendelse."),
        (C4, "Send ein formell førespurnad til kommunen"),
        (C4, "please send a written enquiry"),
        (C5, "Vi har dokumentasjonsplikt."),
        (C5, "Dokumentasjonsplikten gjelder også her"),
        (C5, "Vi har plikt til å\ndokumentere"),
        (AGAIN, "Du trenger ikke sende det på nytt"),
        (AGAIN, "Du treng ikkje sende det på nytt"),
        (AGAIN, "You don’t need to send it again"),
        (DEADLINE, "Fristen for å klage er tre uker"),
    ],
)  # fmt: skip
def test_a_notice_is_recognised_in_a_persons_own_words(duty, text):
    assert stands_in(duty, f"Hei, Randi. {text} Hilsen Kari")


@pytest.mark.parametrize(
    ("duty", "text"),
    [
        (C4, ""),
        (C4, "Send oss en henvendelse."),
        (C4, "en uformell henvendelse"),
        (C4, "formell søknad eller henvendelse"),
        (C4, "Du trenger ikke sende en skriftlig henvendelse."),
        (C4, "Du slipper å sende en formell henvendelse"),
        (C4, "En formell henvendelse er ikke nødvendig"),
        (C4, "Du treng ikkje sende ei skriftleg henvending"),
        (C4, "You do not need to send a written enquiry"),
        (C4, "Kommunen har dokumentasjonsplikt"),
        (C5, "Vi dokumenterer det"),
        (C5, "Kommunen har ikke dokumentasjonsplikt her"),
        (C5, "Du må sende en formell henvendelse"),
        (AGAIN, "Send det på nytt"),
        (DEADLINE, "Vi svarer innen fristen. Du kan klage."),
    ],
)  # fmt: skip
def test_what_says_something_else_or_the_opposite_is_no_notice(duty, text):
    assert not stands_in(duty, f"Hei, Randi. {text}. Hilsen Kari")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("duty", NOTICES, ids=lambda duty: duty.code)
@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_a_notice_that_is_put_in_is_always_found(duty, language, before, after):
    text = notice_text(duty, language, FIELDS)
    assert stands_in(duty, f"{before}\n. {text} .\n{after}")
    assert stands_in(duty, unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("given_fields", "end"),
    [
        (FIELDS, "her: https://skjema.example/henvendelse"),
        ({**FIELDS, "form_url": ""}, "til post@kommune.example"),
        ({"municipality": "Fjellvik kommune"}, "til Fjellvik kommune."),
    ],
)
def test_the_enquiry_notice_says_where_as_well_as_it_can(given_fields, end):
    assert notice_text(C4, "nb", given_fields).endswith(end)


def test_a_notice_without_its_fields_says_which_are_missing():
    with pytest.raises(WordingError, match="address, form_url, municipality"):
        notice_text(C4, "nb", {})


def test_an_unknown_language_gets_bokmal():
    assert notice_text(C5, "se", {}) == notice_text(C5, "nb", {})
    assert notice_text(C5, "nn", {}) != notice_text(C5, "nb", {})


def test_forwarding_instead_tells_the_sender_that_nothing_more_is_needed():
    text = alternative_text(C4, "nb", {})
    assert "ikke gjøre noe mer" in text
    assert not stands_in(C4, text)
    with pytest.raises(WordingError):
        alternative_text(DUTIES["tydal", "C4-notice"], "nb", {})
