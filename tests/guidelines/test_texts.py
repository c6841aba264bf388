"""The adopted text of a version: to the letter for the reader, corrected openly, changed only while it is a draft."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from audit import log
from audit.models import AuditEvent
from files.models import StoredFile
from guidelines import texts
from guidelines.actions import delete_draft, put_in_force
from guidelines.errors import RefusedError
from guidelines.models import GuidelineVersion
from guidelines.reading import changes_between
from guidelines.rule_actions import begin_draft
from inbox.models import Comment
from tests import cast
from tests.factories import make_comment
from tests.guidelines.council_texts import ABSENT, FJELLVIK, SEEDS, seed

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return cast.meraker()


def draft_of(place, text=FJELLVIK):
    return texts.start_version(texts.Adoption("Retningslinjer"), texts.pasted(text), by=place.kari)


def in_force(place, text=FJELLVIK):
    version = draft_of(place, text)
    put_in_force(version, by=place.kari)
    version.refresh_from_db()
    return version


def section(version, code):
    return version.text_sections.get(code=code)


def shown_source(page):
    return "".join(one.text_content() for one in html.fromstring(page).xpath("//main//*[contains(@class,'sd-src')]"
                   "[not(contains(@class,'sd-src-heading'))]"))  # fmt: skip


def read(client, member):
    client.force_login(member.user)
    return client.get(reverse("guidelines:reader")).content.decode()


def change(one, words=None, **fields):
    defaults = {"code": one.code, "words": words if words is not None else one.words, "audiences": one.audiences,
                "is_unsure": one.is_unsure}  # fmt: skip
    return {one.pk: texts.SectionChange(**{**defaults, **fields})}


ADOPTION = texts.Adoption("Retningslinjer")


def test_the_reader_shows_the_source_letter_by_letter(place, client):
    in_force(place)
    assert shown_source(read(client, place.ola)) == FJELLVIK


@pytest.mark.skipif(not SEEDS.is_dir(), reason=ABSENT)
@pytest.mark.parametrize("name", ["meraker", "tydal"])
def test_the_two_councils_texts_are_shown_letter_by_letter(name, client):
    place = getattr(cast, name)()
    version = in_force(place, seed(name))
    page = read(client, place.ola)
    assert shown_source(page) == seed(name) == texts.joined(version.text_sections.all())
    for code in ("A5", "C2c", "C4", "C5"):
        (anchor,) = html.fromstring(page).xpath(f"//*[@id='{code}']")
        assert anchor.tag == "li"
    c5 = html.fromstring(page).get_element_by_id("C5").text_content()
    assert "Videresend til rette enhet" in c5, "our duties stand beside their point"


def test_a_correction_is_marked_with_who_and_when_and_the_source_still_stands(place, client):
    version = draft_of(place)
    texts.save_sections(version, ADOPTION, change(section(version, "A1"), "Vær tydelig på hvem du er"), by=place.kari)
    put_in_force(version, by=place.kari)
    page = read(client, place.ola)
    assert shown_source(page) == FJELLVIK
    item = html.fromstring(page).get_element_by_id("A1")
    assert [one.text for one in item.iter("ins")] == ["Vær", "på"]
    assert [one.text for one in item.iter("del")] == ["Vaer", "pa"]
    assert "Rettet av Kari Holten" in item.text_content()


def test_a_correction_equal_to_the_source_is_none(place):
    version = draft_of(place)
    one = section(version, "A1")
    texts.save_sections(version, ADOPTION, change(one, "Noe annet"), by=place.kari)
    texts.save_sections(version, ADOPTION, change(one, one.text.strip() + "\r\n"), by=place.kari)
    one.refresh_from_db()
    assert (one.correction, one.corrected_by, one.corrected_at) == ("", None, None)


def test_the_proposal_is_used_only_when_the_lead_says_so(place):
    version = draft_of(place)
    one = section(version, "A1")
    assert (one.is_unsure, one.correction) == (True, "")
    texts.use_proposal(one, by=place.kari)
    one.refresh_from_db()
    assert one.correction == "Vær tydelig på hvem du er\n"
    assert one.corrected_by == place.kari
    with pytest.raises(RefusedError, match="ingen forslag"):
        texts.use_proposal(one, by=place.kari)


def test_sections_are_cut_and_joined_without_losing_a_letter(place):
    version = draft_of(place)
    before = version.text_sections.count()
    texts.cut_section(section(version, "C0"), "ansvarlig", by=place.kari)
    assert version.text_sections.count() == before + 1
    assert texts.joined(version.text_sections.all()) == FJELLVIK
    texts.join_with_next(section(version, "C0"), by=place.kari)
    assert [one.position for one in version.text_sections.all()] == list(range(1, before + 1))
    assert texts.joined(version.text_sections.all()) == FJELLVIK


def test_words_that_are_not_there_cut_nothing(place):
    version = draft_of(place)
    for words in ("finnes ikke", "", "Servicetorget"):
        with pytest.raises(RefusedError, match="Skriv ordene"):
            texts.cut_section(section(version, "C0"), words, by=place.kari)
    with pytest.raises(RefusedError, match="ingen del etter"):
        texts.join_with_next(version.text_sections.last(), by=place.kari)


def test_a_code_stands_once(place):
    version = draft_of(place)
    with pytest.raises(RefusedError, match="A1 står på flere"):
        texts.save_sections(version, ADOPTION, change(section(version, "A2"), code="A1"), by=place.kari)
    assert section(version, "A2")


def test_a_version_in_force_is_never_changed(place):
    version = in_force(place)
    one = section(version, "A1")
    for act in (
        lambda: texts.use_proposal(one, by=place.kari),
        lambda: texts.join_with_next(one, by=place.kari),
        lambda: texts.save_sections(version, ADOPTION, change(one, "x"), by=place.kari),
    ):
        with pytest.raises(RefusedError, match="ikke lenger et utkast"):
            act()


def test_the_next_version_goes_on_from_the_text_in_force_and_says_what_changed(place):
    old = in_force(place)
    new = texts.start_version(texts.Adoption("Ny"), None, by=place.kari)
    assert new.source_text == FJELLVIK
    assert new.rows.count() == old.rows.count() > 0
    texts.save_sections(new, ADOPTION, change(section(new, "C3"), "3. Hold formen, alltid"), by=place.kari)
    (found,) = changes_between(old, new)
    assert (found.code, found.kind) == ("C3", "changed")
    assert [(piece.text, piece.change) for piece in found.pieces][-1] == ("formen, alltid", "in")


def test_without_any_text_there_is_nothing_to_start_from(place):
    with pytest.raises(RefusedError, match="Lim inn"):
        texts.start_version(texts.Adoption("Tom"), None, by=place.kari)
    assert GuidelineVersion.objects.count() == 1


def test_everything_is_logged_without_the_words(place):
    version = draft_of(place)
    texts.use_proposal(section(version, "A1"), by=place.kari)
    put_in_force(version, by=place.kari)
    acts = [event.action for event in log.history(version)]
    assert acts == ["guideline.draft", "guideline.correct", "guideline.put_in_force"]
    assert "tydelig" not in str(list(AuditEvent.objects.values_list("data", flat=True)))


def upload(client, place, **data):
    client.force_login(place.kari.user)
    return client.post(reverse("guidelines:new_version"), {"title": "Retningslinjer", **data})


def test_the_lead_uploads_corrects_and_puts_in_force_on_the_pages(place, client):
    file = SimpleUploadedFile("vedtatt.txt", FJELLVIK.encode())
    answer = upload(client, place, file=file, adopted_by="kommunestyret", adopted_on="2026-03-01", case_number="7/26")
    draft = GuidelineVersion.objects.get(status="draft")
    assert answer["Location"] == reverse("guidelines:edit_text", args=[draft.pk])
    assert (draft.source_kind, draft.source_name, draft.source_file.size) == (
        "plain",
        "vedtatt.txt",
        len(FJELLVIK.encode()),
    )
    page = client.get(answer["Location"])
    assert "deler er usikre" in page.content.decode()
    form = html.fromstring(page.content).xpath("//main//form")[0]
    fields = dict(form.form_values())
    names = [name for name, _value in form.form_values()]
    assert len(names) > 30
    data = {name: [value for key, value in form.form_values() if key == name] for name in names}
    one = section(draft, "A1")
    answer = client.post(page.request["PATH_INFO"], {**data, "act": f"propose:{one.pk}"})
    assert answer["Location"].endswith(f"#del-{one.pk}")
    assert fields["title"] == "Retningslinjer"
    assert draft.text_sections.exclude(correction="").count() == 1, "saving the page as it stands corrects nothing else"
    confirm = reverse("guidelines:put_in_force", args=[draft.pk])
    assert "blir erstattet av versjon 2" in client.get(confirm).content.decode()
    assert GuidelineVersion.objects.get(status="draft"), "looking changes nothing"
    client.post(confirm)
    draft.refresh_from_db()
    assert draft.status == "in_force"
    assert "7/26" in client.get(reverse("guidelines:versions")).content.decode()


def test_a_file_that_cannot_be_read_leaves_nothing_behind(place, client):
    answer = upload(client, place, file=SimpleUploadedFile("bilde.pdf", b"hei"))
    assert answer.status_code == 422
    assert "ikke en PDF" in answer.content.decode()
    assert not StoredFile.objects.exists()
    assert not GuidelineVersion.objects.filter(status="draft").exists()


def test_hostile_text_is_shown_as_text(place, client):
    in_force(place, "1. <script>alert(1)</script> {{ x }}\n")
    page = read(client, place.ola)
    assert "<script>alert(1)" not in page
    assert shown_source(page) == "1. <script>alert(1)</script> {{ x }}\n"


def test_a_draft_begun_from_the_duties_page_keeps_the_adopted_text(place, client):
    version = in_force(place)
    texts.save_sections(draft := begin_draft(version, by=place.kari), ADOPTION, {}, by=place.kari)
    assert texts.joined(draft.text_sections.all()) == FJELLVIK
    put_in_force(draft, by=place.kari)
    assert shown_source(read(client, place.ola)) == FJELLVIK


def test_the_form_of_a_section_is_changed_in_a_draft(place, client):
    draft = draft_of(place)
    one = section(draft, "A1")
    assert texts.save_sections(draft, ADOPTION, change(one, kind="heading", audiences=["elected"]), by=place.kari) == 1
    one.refresh_from_db()
    assert (one.kind, one.audiences, one.text in FJELLVIK) == ("heading", ["elected"], True)
    client.force_login(place.kari.user)
    page = html.fromstring(client.get(reverse("guidelines:edit_text", args=[draft.pk])).content)
    (chosen,) = page.xpath(f"//select[@name='{one.pk}-kind']/option[@selected]/@value")
    assert chosen == "heading"
    assert texts.save_sections(draft, ADOPTION, change(one, kind=one.kind), by=place.kari) == 0


def test_the_lead_is_asked_before_a_draft_is_deleted_and_the_log_remembers_it(place, client):
    draft = draft_of(place)
    client.force_login(place.kari.user)
    address = reverse("guidelines:delete_draft", args=[draft.pk])
    assert "Det kan ikke angres" in client.get(address).content.decode()
    assert GuidelineVersion.objects.filter(pk=draft.pk).exists(), "looking deletes nothing"
    client.post(address)
    assert not GuidelineVersion.objects.filter(pk=draft.pk).exists()
    event = AuditEvent.objects.get(action="guideline.delete_draft")
    assert (event.subject_id, event.actor_id, event.data["number"]) == (draft.pk, place.kari.user_id, draft.number)


def test_a_version_that_was_in_force_is_never_deleted(place, client):
    version = in_force(place)
    in_force(place)
    version.refresh_from_db()
    assert version.status == "replaced"
    client.force_login(place.kari.user)
    for one in GuidelineVersion.objects.all():
        page = client.post(reverse("guidelines:delete_draft", args=[one.pk]), follow=True).content.decode()
        assert "Bare et utkast kan slettes" in page
    assert GuidelineVersion.objects.count() == 3
    assert not AuditEvent.objects.filter(action="guideline.delete_draft").exists()


def test_a_draft_that_something_refers_to_is_kept_whole(place):
    draft = draft_of(place)
    comment = make_comment(place.post)
    Comment.objects.filter(pk=comment.pk).update(guideline_version=draft)
    with pytest.raises(RefusedError, match="viser til"):
        delete_draft(draft, by=place.kari)
    assert texts.joined(draft.text_sections.all()) == FJELLVIK
    assert draft.rows.exists()
