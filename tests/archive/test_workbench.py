"""The archivist's workbench: what waits, what is missing, and what a person must decide."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive import actions, exporting, workbench
from archive.access import settings_for
from archive.arkivmelding import validate_official
from archive.errors import ArchiveRefusedError, QuestionError
from archive.intake import notes_about
from archive.models import CaseRecord, CodeValue
from archive.package import PackagedMessage
from audit.models import AuditEvent
from inbox.actions import comments, replies
from inbox.models import Comment, Review
from team.working_days import after_working_days, working_days_between
from tests import cast
from tests.archive.desk import OFFICIAL, archivist, confirm, confirmed, follow, opened
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def packaged(record: CaseRecord) -> list[PackagedMessage]:
    made = exporting.packaged(record, settings_for(record.municipality_id), first=1)
    for message in made:
        if OFFICIAL.is_dir():
            assert validate_official(message.xml, OFFICIAL) == []
    return made


# -- the list


def test_each_filter_shows_its_state_with_its_count(place: cast.Cast) -> None:
    waiting, ready = opened(place), confirmed(place)
    assert workbench.counts_for(place.arne) | {} == {
        **dict.fromkeys(workbench.FILTERS, 0), "alle": 2, "ikke-eksportert": 2, "foreslatt": 1, "bekreftet": 1
    }  # fmt: skip
    page = archivist(place).get(reverse("archive:list", args=["foreslatt"])).content.decode()
    assert str(waiting) in page
    assert str(ready) not in page.replace(f"Eldste ikke eksportert: {waiting}", "")


def test_a_record_is_found_by_number_sender_and_text_and_only_in_ones_own_municipality(place: cast.Cast) -> None:
    neighbour = cast.tydal()
    mine = opened(place, text="Hullet ved Kirkebyfjellet", author_name="Aslak Fjell")
    opened(place)
    theirs = opened(neighbour, text="Hullet ved Kirkebyfjellet")
    for words in (str(mine), "aslak", "kirkebyfjell"):
        assert [one.pk for one in workbench.records_for(place.arne, "alle", words=words).rows] == [mine.pk]
    assert workbench.records_for(place.arne, "alle", words=str(theirs)).rows == []


def test_the_oldest_unexported_raises_an_alarm_after_the_working_days_of_the_setting(place: cast.Cast) -> None:
    record = opened(place)
    settings = settings_for(place.municipality.pk)
    oldest = workbench.oldest_for(place.arne, settings)
    assert oldest is not None
    assert not oldest.is_late
    CaseRecord.objects.filter(pk=record.pk).update(opened_at=timezone.now() - timezone.timedelta(days=12))
    page = archivist(place).get(reverse("archive:list")).content.decode()
    assert "Eldste ikke eksportert har ventet i" in page
    assert "Grensen er 2 virkedager" in page
    settings.alarm_days = 30
    settings.save()
    assert "Eldste ikke eksportert har ventet i" not in archivist(place).get(reverse("archive:list")).content.decode()


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ((2026, 11, 19, 14, 0), (2026, 11, 20, 13, 59), 0),
        ((2026, 11, 19, 14, 0), (2026, 11, 23, 13, 0), 1),
        ((2026, 11, 19, 14, 0), (2026, 11, 23, 14, 0), 2),
        ((2026, 5, 14, 9, 0), (2026, 5, 15, 9, 0), 0),
    ],
)
def test_working_days_between_skip_weekends_and_holidays(
    start: tuple[int, ...], end: tuple[int, ...], days: int
) -> None:
    oslo = ZoneInfo("Europe/Oslo")
    begun, ended = datetime(*start, tzinfo=oslo), datetime(*end, tzinfo=oslo)  # type: ignore[arg-type,misc]
    assert working_days_between(begun, ended) == days
    assert after_working_days(begun, days) <= ended or days == 0


def test_the_page_costs_the_same_for_ten_records_as_for_two(place: cast.Cast) -> None:
    client = archivist(place)
    costs = []
    for _ in range(2):
        for _ in range(4):
            opened(place)
        client.get(reverse("archive:list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("archive:list"))
        costs.append(len(queries))
    assert costs[0] == costs[1]


# -- titles


@pytest.mark.parametrize(
    "title", ["Spørsmål fra Randi Moen", "Brøyting på Moen", "Sak 12345678901", "Konto 123456 78901"]
)
def test_a_name_or_eleven_digits_in_a_public_title_stop_with_a_question(place: cast.Cast, title: str) -> None:
    record = opened(place)
    with pytest.raises(QuestionError):
        confirm(record, place, public_title=title)
    confirm(record, place, public_title=title, answered=True)
    assert record.settled_questions, "what was asked and answered is kept"


def test_the_question_is_asked_on_the_page_and_answered_by_a_tick(place: cast.Cast) -> None:
    record = opened(place)
    sent = {"title": "Sak", "public_title": "Brøyting på Moen", "class_code": "N00"}
    client = archivist(place)
    asked = client.post(reverse("archive:complete", args=[record.pk]), sent)
    assert asked.status_code == 422
    assert "Jeg har sett på det" in asked.content.decode()
    client.post(reverse("archive:complete", args=[record.pk]), {**sent, "answered": "on"})
    record.refresh_from_db()
    assert record.public_title == "Brøyting på Moen"
    assert packaged(record), "and the export does not ask again"


def test_a_shielded_record_never_shows_the_name_whatever_is_ticked(place: cast.Cast) -> None:
    record = opened(place)
    with pytest.raises(ArchiveRefusedError, match="røper Randi Moen"):
        confirm(record, place, public_title="Fra Randi Moen", shield=True, shield_basis="Offl. § 13", answered=True)


# -- journal, unit, codes


def test_what_was_not_handled_as_a_case_becomes_an_archive_note_and_no_journal_entry(place: cast.Cast) -> None:
    record = confirm(opened(place), place, journal=False)
    opening = packaged(record)[0].xml
    assert b'xsi:type="arkivnotat"' in opening
    assert b"journalposttype" not in opening


def test_class_unit_and_access_code_must_be_in_the_lists(place: cast.Cast) -> None:
    record = opened(place)
    for wrong in (
        {"class_code": "X1"},
        {"unit_code": "X1"},
        {"shield": True, "shield_basis": "a", "access_code": "X1"},
    ):
        with pytest.raises(ArchiveRefusedError, match="«X1» står ikke i listen"):
            confirm(record, place, **wrong)
    CodeValue.objects.create(
        municipality=place.municipality, list="tilgangsrestriksjon", code="13", description="Offl 13"
    )
    confirm(record, place, unit_code="TEK", shield=True, shield_basis="Offl. § 13", access_code="13")
    xml = packaged(record)[0].xml.decode()
    assert "<m:kode>13</m:kode>" in xml
    assert "<m:navn>Kommunalteknikk</m:navn>" in xml


def test_the_archives_own_word_for_a_format_is_written_and_accepted(place: cast.Cast) -> None:
    record = confirmed(place)
    CodeValue.objects.filter(list="format", ours="fmt/478").update(code="RA-PDF", description="Arkiv-PDF")
    assert b"<m:kode>RA-PDF</m:kode>" in packaged(record)[0].xml


# -- which case


def test_an_existing_case_is_pointed_at_and_not_made_again(place: cast.Cast) -> None:
    record = confirm(opened(place), place, case_choice="existing", case=(2026, 1187))
    xml = packaged(record)[0].xml
    assert b"<mappe" not in xml
    assert b"<m:sakssekvensnummer>1187</m:sakssekvensnummer>" in xml
    assert record.case_number == "26/1187"


def test_an_existing_case_needs_its_number(place: cast.Cast) -> None:
    with pytest.raises(ArchiveRefusedError, match="Skriv nummeret på saken"):
        confirm(opened(place), place, case_choice="existing")


def test_records_of_one_thread_are_merged_into_one_case(place: cast.Cast) -> None:
    main, other, third = opened(place), opened(place), opened(place)
    confirm(main, place)
    confirm(other, place, case_choice="together", together_with=main)
    confirm(third, place, case_choice="together", together_with=other)
    assert third.together_with == main, "a chain is folded"
    xml = packaged(other)[0].xml.decode()
    assert "<mappe" not in xml
    assert f"sak:{main.key}" in xml
    with pytest.raises(ArchiveRefusedError, match="i saken til dette"):
        confirm(main, place, case_choice="together", together_with=other)


def test_a_record_of_a_neighbour_is_no_case_to_join(place: cast.Cast) -> None:
    theirs = opened(cast.tydal())
    mine = opened(place)
    sent = {
        "title": "a",
        "public_title": "a",
        "class_code": "N00",
        "case_choice": "together",
        "together_with": str(theirs),
    }
    answer = archivist(place).post(reverse("archive:complete", args=[mine.pk]), sent)
    assert answer.status_code == 422
    assert "ikke noe arkivgrunnlag med det nummeret" in answer.content.decode()


# -- what goes along


def with_remark(place: cast.Cast) -> CaseRecord:
    record = opened(place)
    comment = Comment.objects.get(pk=record.comment_id)
    reply = replies.draft(comment, text="Vi ser på det.", by=place.ola)
    Review.objects.create(
        reply=reply, reviewer=place.kari, decision="sent_back", remark="Nevn Kommunalteknikk.", version_number=1
    )
    comments.flag(comment, flags=["press"], by=place.ola)
    follow(place)
    record.refresh_from_db()
    return record


def test_a_reviewers_remark_stays_here_unless_it_is_picked(place: cast.Cast) -> None:
    record = confirm(with_remark(place), place)
    assert b"Nevn Kommunalteknikk" not in b"".join(message.xml for message in packaged(record))
    assert [message.folder for message in packaged(record)] == ["01-opprett"]
    assert not record.notes.exists()
    actions.unconfirm(record, by=place.arne)
    confirm(record, place, picked_notes=[one.key for one in notes_about(record)])
    assert [one.text for one in record.notes.all()] == ["Nevn Kommunalteknikk."]
    confirmation = AuditEvent.objects.filter(action="record.complete").latest("pk")
    assert confirmation.data["notes"] == [one.source for one in record.notes.all()], "the log says which, not what"
    note = packaged(record)[1]
    assert note.folder == "02-notat"
    assert b"<m:kode>X</m:kode>" in note.xml
    assert b"skjermingshjemmel" in note.xml


def paper(made: list[PackagedMessage]) -> bytes:
    return next(one for one in made[0].files if one.name == "kommentar-v1.pdf").open().read()


def test_a_comment_above_can_be_left_out_of_the_document(place: cast.Cast) -> None:
    above = make_comment(place.post, text="Noe helt annet", author_name="Aslak Fjell")
    record = opened(place, parent_id=above.external_id)
    assert [one["id"] for one in record.context] == [above.pk]
    before = paper(packaged(confirm(record, place)))
    actions.unconfirm(record, by=place.arne)
    after = paper(packaged(confirm(record, place, left_out_context=[above.pk])))
    assert record.left_out_context == [above.pk]
    assert before != after


def test_ids_of_others_are_not_kept_with_the_decision(place: cast.Cast) -> None:
    record = confirm(opened(place), place, left_out=[10**9], picked_notes=["note:1"], left_out_context=[10**9])
    assert (record.left_out, record.left_out_context) == ([], [])
    assert not record.notes.exists()


# -- hold, roles


def test_a_legal_hold_is_put_on_and_lifted_on_the_page_and_both_are_logged(place: cast.Cast) -> None:
    record = opened(place)
    client = archivist(place)
    client.post(reverse("archive:hold", args=[record.pk]), {"reason": "Klage til Statsforvalteren"})
    assert "Klage til Statsforvalteren" in client.get(reverse("archive:record", args=[record.pk])).content.decode()
    assert "Slettes ikke" in client.get(reverse("archive:list")).content.decode()
    client.post(reverse("archive:hold", args=[record.pk]), {"reason": ""})
    record.refresh_from_db()
    assert record.hold_reason == ""


def test_a_member_of_the_team_sees_the_record_but_no_button_of_the_archivists(place: cast.Cast) -> None:
    record = confirmed(place)
    client = archivist(place)
    client.force_login(place.ola.user)
    page = client.get(reverse("archive:record", args=[record.pk])).content.decode()
    assert "Bekreftet av Arne Arkivdal" in page
    for address in ("export", "unconfirm", "hold"):
        arguments = [] if address == "export" else [record.pk]
        assert reverse(f"archive:{address}", args=arguments) not in page
        assert client.post(reverse(f"archive:{address}", args=arguments)).status_code == 403


def test_the_proposal_is_confirmed_with_one_click(place: cast.Cast) -> None:
    record = opened(place)
    client = archivist(place)
    page = client.get(reverse("archive:record", args=[record.pk])).content.decode()
    sent = dict(part.split('" value="') for part in _hidden(page))
    client.post(reverse("archive:complete", args=[record.pk]), sent)
    record.refresh_from_db()
    assert (record.status, record.title, record.class_code) == ("CONFIRMED", record.proposed_title, "N00")


def _hidden(page: str) -> list[str]:
    form = page.split('/bekreft/"')[1].split("</form>")[0]
    return [part.split('">')[0] for part in form.split('<input type="hidden" name="')[1:] if "csrf" not in part]


def test_all_that_are_ready_are_exported_at_once(place: cast.Cast) -> None:
    for _ in range(3):
        confirmed(place)
    opened(place)
    archivist(place).post(reverse("archive:export"), {"all": "bekreftet"})
    assert CaseRecord.objects.filter(batches__isnull=False).count() == 3
    comments.claim(Comment.objects.latest("pk"), by=place.ola)
