"""Text without empty lines, as a PDF gives it: parts are found by their subject, and all that is unsure is said."""

from guidelines.splitting import Kind, split

PRINTED = """Retningslinjer for bruk av sosiale medier i
Fjellvik kommune
Ansattes bruk av sosiale medier privat
1. Vær bevisst på rollen din som ansatt i Fjellvik kommune, også når du skriver hjemme
2. Husk at internett er permanent
Forholdet til pasienter og brukere.
1. Ikke publiser helse- eller personopplysninger.
Kommunens offisielle kontoer
Servicetorget er ansvarlig for driften. Det opprettes en gruppe som sammen kommuniserer
med brukerne.
1. Vær til stede. Husk at du alltid representerer kommunen.
2. Svar på spørsmål og kommentarer
Si takk for skryt
Rett alltid opp feil fakta.
3. Henvis kun til innstillingen i saker.
Kommunal mail skal kun brukes i jobben.
"""


def by_code(text):
    return {one.code: one for one in split(text)}


def test_parts_without_an_empty_line_around_them_are_found_and_are_unsure():
    found = by_code(PRINTED)
    assert [one.code for one in split(PRINTED)] == ["", "A", "A1", "A2", "B", "B1", "C", "C0", "C1", "C2", "C3"]
    for code in "ABC":
        assert found[code].kind is Kind.HEADING
        assert found[code].doubts == ("Kilden har ingen tom linje her. Er dette en overskrift?",)
    assert found["C0"].doubts == ()


def test_a_line_that_its_author_ended_early_is_said_to_have_lost_its_bullet():
    found = by_code(PRINTED)
    assert found["C2"].doubts == (
        "Mangler det et kulepunkt foran «Si takk for skryt», eller begynner en ny del der?",
        "Mangler det et kulepunkt foran «Rett alltid opp feil …», eller begynner en ny del der?",
    )
    assert "«Kommunal mail skal kun …»" in found["C3"].doubts[0]
    assert found["A1"].doubts == ()


def test_a_markdown_heading_ends_with_its_line():
    text = "## Kommunens offisielle kontoer\nServicetorget snakker med brukerne.\n1. Delta\n"
    assert [(one.code, one.kind) for one in split(text)] == [
        ("C", Kind.HEADING),
        ("C0", Kind.PARAGRAPH),
        ("C1", Kind.POINT),
    ]


def test_a_point_outside_every_part_and_a_code_used_twice_are_unsure():
    assert split("1. Delta i samtalen\n")[0].doubts == ("Fant ikke delen dette hører til. Sett koden selv.",)
    twice = split("Kommunens kontoer\n\n1. En\n\nOffisielle kontoer\n\n1. To\n")
    assert [one.doubts for one in twice if one.code == "C1"] == [("Koden C1 står flere ganger.",)] * 2


def test_a_short_sentence_that_names_a_part_between_two_lists_may_be_a_heading():
    found = by_code("Privat bruk\n\n1. Tenk deg om\n\nForholdet til elever.\n\n1. Ikke publiser personopplysninger.\n")
    assert (found["B"].kind, found["B"].doubts) == (Kind.HEADING, ("Er dette en overskrift?",))
    assert "B1" in found
