"""The rules of the rows find mistakes that somebody could really make."""

from dataclasses import replace

import pytest

from guidelines.as_data import DutyDataError, duty_from_data, duty_to_data
from guidelines.duties import Check, DutyKind, EnquiryChoice, Flag, Sorting, Stage, When
from guidelines.pack import PACKS, PackError, pack_names, parse_pack, read_pack
from guidelines.soundness import check_rules
from tests.guidelines.duty_table import BOTH

MERAKER = read_pack("meraker").duties
TOML = {name: (PACKS / f"{name}.toml").read_text(encoding="utf-8") for name in BOTH}


def changed(code, **fields):
    """The duties of Meråker with one row changed."""
    assert code in [duty.code for duty in MERAKER]
    return [replace(duty, **fields) if duty.code == code else duty for duty in MERAKER]


def without(*codes):
    return [duty for duty in MERAKER if duty.code not in codes]


def row(code):
    return next(duty for duty in MERAKER if duty.code == code)


ALL_CASES = (When(sortings=frozenset({Sorting.CASE_HANDLING})),)

PLANTED = {
    "a code twice": ([*MERAKER, row("C2a-thank")], "C2a-thank: Koden er brukt 2 ganger."),
    "no duty for a sorting": (without("C2d-correct"), "Ingen plikt gjelder for sorteringen faktafeil."),
    "never": (changed("C2a-thank", when=()), "C2a-thank: Plikten gjelder aldri."),
    "wants and refuses": (
        changed("C6-level", when=(When(flags=frozenset({Flag.PRESS}), without_flags=frozenset({Flag.PRESS})),)),
        "C6-level: Plikten krever og utelukker de samme merkene.",
    ),
    "a reminder that blocks": (changed("B1-personal-data", stage=Stage.IN_TEXT), "kan ikke ha trinnet «Må stå"),
    "an archive that blocks": (changed("C5-archive", stage=Stage.BEFORE_PUBLISHING), "Velg «Skjer etterpå"),
    "a notice after publishing": (changed("C5-notice", stage=Stage.AFTER), "Velg «Må stå i svaret"),
    "no title": (changed("C2c-answer", title=""), "C2c-answer: Plikten mangler tittel eller punkt."),
    "no nynorsk": (
        changed("C5-notice", wording={**row("C5-notice").wording, "nn": ()}), "C5-notice: Teksten mangler på nynorsk.",
    ),
    "cannot be found again": (
        changed("C5-notice", recognised_by={**row("C5-notice").recognised_by, "en": ()}),
        "C5-notice: Kjennetegn på teksten mangler på engelsk.",
    ),
    "does not know its own words": (
        changed("C5-notice", wording={**row("C5-notice").wording, "nb": ("Vi tar vare på det du skriver.",)}),
        "Teksten kjenner ikke igjen seg selv: «Vi tar vare på det du skriver.»",
    ),
    "denies itself": (
        changed("C4-notice", wording={**row("C4-notice").wording, "nb": ("Du slipper en formell henvendelse",)}),
        "Teksten kjenner ikke igjen seg selv",
    ),
    "an unknown field": (
        changed("C4-notice", wording={**row("C4-notice").wording, "nb": ("Formell henvendelse til {mayor}",)}),
        "C4-notice: Teksten bruker et felt som ikke finnes: mayor.",
    ),
    "words that are no notice": (
        changed("C2a-thank", wording=row("C5-notice").wording), "Bare en plikt til å si fra har tekst og kjennetegn.",
    ),
    "a choice elsewhere": (
        changed("C5-notice", alternatives=frozenset({EnquiryChoice.FORWARD}), alternative_wording={"nb": ("Videre",)}),
        "Bare plikten til å be om skriftlig henvendelse kan ha et alternativ.",
    ),
    "asking as the alternative to asking": (
        changed("C4-notice", alternatives=frozenset(EnquiryChoice)), "er plikten selv, ikke et alternativ til den.",
    ),
    "an alternative without words": (
        changed("C4-notice", alternative_wording={}), "Et alternativ trenger en tekst til avsenderen",
    ),
    "a reminder of nothing": (changed("C6-level", draft_check=None), "skal vise til en kontroll av utkastet."),
    "a check on an answer": (
        changed("C2c-answer", draft_check=Check.LEVEL), "skal vise til en kontroll av utkastet.",
    ),
    "a request for access sent back": (changed("C4-notice", when=ALL_CASES), "Innsynskrav og klage møtes ikke"),
    "a request for access forgotten": (without("law-access-forward"), "Innsynskrav og klage skal videresendes."),
    "two minds about forwarding instead": (
        [*MERAKER, replace(row("C4-notice"), code="C4-b", alternatives=frozenset(), alternative_wording={})],
        "To plikter om skriftlig henvendelse sier hver sitt",
    ),
    "said but not done": (
        without("C5-archive"), "C5-notice: Avsenderen får vite at det arkiveres, men ingen plikt arkiverer.",
    ),
    "archived in part": (changed("C5-archive", when=ALL_CASES), "men ingen plikt arkiverer."),
}  # fmt: skip


@pytest.mark.parametrize("name", BOTH)
def test_both_councils_rows_are_sound(name):
    assert check_rules(read_pack(name).duties) == []


@pytest.mark.parametrize(("duties", "problem"), PLANTED.values(), ids=PLANTED)
def test_a_planted_mistake_is_found_and_named(duties, problem):
    found = check_rules(duties)
    assert any(problem in one for one in found), found


def test_every_kind_of_duty_has_a_stage():
    assert {duty.kind for duty in MERAKER} == set(DutyKind) - {DutyKind.SECOND_REVIEWER}


@pytest.mark.parametrize("name", BOTH)
def test_a_duty_is_the_same_after_a_turn_as_data(name):
    duties = read_pack(name).duties
    assert tuple(duty_from_data(duty_to_data(duty)) for duty in duties) == duties


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "thanks"}, "'thanks' is not a valid DutyKind"),
        ({"stagge": "after"}, "unknown field stagge"),
        ({"when": [{"sorting": ["praise"]}]}, "unknown condition sorting"),
        ({"when": [{"sortings": ["prise"]}]}, "'prise' is not a valid Sorting"),
        ({"wording": {"nb": "Takk"}}, "texts for nb must be a list"),
        ({"title": None, "when": None}, "C2a-thank"),
    ],
)
def test_a_row_that_cannot_be_understood_is_named(change, complaint):
    with pytest.raises(DutyDataError, match=complaint):
        duty_from_data({**duty_to_data(row("C2a-thank")), **change})


def test_a_row_without_a_field_says_which():
    data = duty_to_data(row("C2a-thank"))
    del data["stage"]
    with pytest.raises(DutyDataError, match="C2a-thank: the field 'stage' is missing"):
        duty_from_data(data)


def test_meraker_has_a_recorded_adoption_and_tydal_has_not():
    ours, theirs = read_pack("meraker"), read_pack("tydal")
    assert (ours.adopted_by, f"{ours.adopted_on}", ours.case_number) == ("kommunestyret", "2017-04-24", "41/17")
    assert (theirs.adopted_by, theirs.adopted_on, theirs.case_number) == ("", None, "")


def test_the_councils_own_words_for_people_and_accounts_are_kept():
    ours, theirs = read_pack("meraker"), read_pack("tydal")
    assert (ours.leader_title, ours.accounts_word) == ("sektorsjef SSOK/web-ansvarlig", "medier")
    assert (theirs.leader_title, theirs.accounts_word) == ("leder servicekontor", "kontoer")
    assert ours.executive_title == theirs.executive_title == "rådmann"


def test_only_meraker_has_parts_about_users_mail_and_adoption():
    parts = {name: {part.code: part for part in read_pack(name).sections} for name in BOTH}
    assert set(parts["meraker"]) == {"A", "B", "C", "D", "E"}
    assert set(parts["tydal"]) == {"A", "C"}
    assert parts["meraker"]["A"].audience == "Ansatte og folkevalgte"
    assert parts["tydal"]["A"].audience == "Ansatte"
    points = [point.code for part in parts["meraker"].values() for point in part.points]
    assert {"A1", "A6", "B1", "B4", "C0", "C2d", "C7", "D1", "D3", "E1"} <= set(points)
    assert len(points) == len(set(points)) == 25


@pytest.mark.parametrize("name", BOTH)
def test_every_duty_with_a_clause_has_its_point_in_the_guideline(name):
    pack = read_pack(name)
    points = {point.code for part in pack.sections for point in part.points}
    assert {duty.clause for duty in pack.duties if duty.clause} <= points


def test_layout_and_remarks_do_not_make_a_new_content():
    pack = parse_pack("tydal", TOML["tydal"])
    assert parse_pack("tydal", "# remark\n" + TOML["tydal"].replace("\n\n", "\n\n\n")).content_hash == pack.content_hash
    assert parse_pack("tydal", TOML["tydal"].replace("Si takk", "Takk")).content_hash != pack.content_hash


def test_there_are_two_packs_and_no_way_out_of_their_folder():
    assert pack_names() == list(BOTH)
    for name in ("selbu", "../packs/tydal", ""):
        with pytest.raises(PackError, match="There is no pack"):
            read_pack(name)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('title = "Retn', 'titel = "Retn', "lacks 'title'"),
        ('kind = "thank"', 'kind = "praise"', "C2a-thank"),
        ("[adoption]", "[adoption", "cannot be read"),
    ],
)
def test_a_broken_pack_says_where(old, new, complaint):
    with pytest.raises(PackError, match=complaint):
        parse_pack("tydal", TOML["tydal"].replace(old, new, 1))
