"""Sealing: nobody sees the words by the way, who opens them is logged, and a lead gets back just what stood there."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.urls import reverse

from audit import log
from audit.moves import IllegalMoveError
from files.store import open_stored
from inbox import intake
from inbox.actions import comments, erasing, facts, interventions, replies, sealing
from inbox.actions.errors import RefusedError
from inbox.draft_checks import checks_of
from inbox.evidence import evidence_of
from inbox.lengths import as_published, parent_of
from inbox.models import Attachment, Comment, CommentVersion, Finding, Forwarding, Intervention, Reply, Seal
from inbox.readings import unread
from inbox.search import find
from notices.models import Notice
from tests import cast
from tests.cast import Cast
from tests.inbox.forwarded import sent
from tests.inbox.intervening import order, rule_of
from tests.inbox.sealed import WORDS, arrived, edited, none_of_it_in, sealed
from tests.inbox.test_erasing import client_of, everything_kept
from tests.pictures import attached

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


def words_of(comment: Comment) -> dict[str, Any]:
    """Every column of what is kept of the comment, but for what counts its acts."""
    tables = (
        Comment.objects.filter(pk=comment.pk),
        CommentVersion.objects.filter(comment=comment),
        Attachment.objects.filter(comment=comment),
        Finding.objects.filter(comment=comment),
        Forwarding.objects.filter(comment=comment),
    )
    return {rows.model.__name__: [{**row, "version": 0} for row in rows.order_by("pk").values()] for rows in tables}


def test_a_sealed_comment_has_no_word_and_no_name_in_any_table(place: Cast) -> None:
    comment = sealed(place)
    assert none_of_it_in(everything_kept())
    assert comment.author == "Forseglet avsender"
    assert comment.sealed_at
    event = log.history(comment).get(action="comment.seal")
    assert event.data["why"] == "child"
    log.link_now()
    assert log.verify(place.municipality.pk).ok


def test_breaking_the_seal_brings_every_column_back(place: Cast) -> None:
    comment = arrived(place)
    edited(place, f"{WORDS} 🙈")
    attached(comment, alt="Gunnvor")
    comments.sort(comment, sortings=["case_handling"], by=place.mari)
    sent(place, comment)
    Comment.objects.filter(pk=comment.pk).update(claim="blåmerker", problems=["Gunnvor kunne ikke leses"])
    before, mails = words_of(comment), list(Notice.objects.values_list("pk", "body"))
    comment.refresh_from_db()
    sealing.seal(comment, why="personal", by=place.ola)
    assert none_of_it_in(everything_kept())
    sealing.unseal(Comment.objects.get(), reason="Avklart med barnevernet", by=place.kari)
    assert words_of(comment) == before
    assert list(Notice.objects.values_list("pk", "body")) == mails
    assert not Seal.objects.exists()
    assert log.history(comment).get(action="comment.unseal").data["reason"] == "Avklart med barnevernet"
    assert [one.pk for one in find(place.mari, "Torbjørg").still_open] == [comment.pk]


def test_others_are_told_whom_to_ask_and_what_to_do(place: Cast) -> None:
    comment = sealed(place)
    page = client_of(place.mari).get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "Innholdet er forseglet" in page
    assert "Spør Kari Holten" in page
    assert "barnevernvakta" in page
    assert "Les det forseglede" not in page
    assert none_of_it_in(page)
    answer = client_of(place.mari).post(reverse("inbox:read_sealed", args=[comment.pk]), follow=True)
    assert "Spør en leder" in answer.content.decode()
    assert none_of_it_in(answer.content.decode())
    assert not log.history(comment).filter(action="comment.view_sealed").exists()


def test_nobody_gets_to_read_it_by_taking_the_comment(place: Cast) -> None:
    comment = sealed(place)
    with pytest.raises(RefusedError, match="Be en leder tildele deg"):
        comments.claim(comment, by=place.mari)
    with pytest.raises(RefusedError, match="Be en leder tildele"):
        comments.assign(comment, to=place.mari, by=place.mari)
    client_of(place.mari).post(reverse("inbox:claim", args=[comment.pk]))
    comment.refresh_from_db()
    assert comment.assignee is None
    comments.claim(comment, by=place.ola)
    assert comment.assignee == place.ola


@pytest.mark.parametrize("who", ["ola", "kari", "mari"])
def test_who_sealed_it_a_lead_and_who_has_it_read_it_and_the_log_says_so(place: Cast, who: str) -> None:
    comment = sealed(place)
    reader = getattr(place, who)
    if who == "mari":
        comments.assign(comment, to=reader, by=place.kari)
    client = client_of(reader)
    assert client.get(reverse("inbox:read_sealed", args=[comment.pk])).status_code == 405
    page = client.post(reverse("inbox:read_sealed", args=[comment.pk]))
    shown = page.content.decode()
    for word in (f"{WORDS}!", "Torbjørg Aune", "Gunnvor ved Blåveisbakken", "Versjon 1"):
        assert word in shown
    assert "no-store" in page["Cache-Control"]
    event = log.history(comment).get(action="comment.view_sealed")
    assert event.actor_id == reader.user_id
    assert none_of_it_in(str(event.data))
    assert none_of_it_in(everything_kept())
    after = client_of(place.mari).get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "leste det forseglede" in after


def test_the_picture_is_for_who_may_read_alone_and_each_look_is_logged(place: Cast) -> None:
    comment = sealed(place)
    address = reverse("inbox:attachment", args=[comment.attachments.get().pk])
    assert client_of(place.mari).get(address).status_code == 404
    seen = client_of(place.kari).get(address)
    assert seen.status_code == 200
    assert seen["Cache-Control"] == "no-store"
    assert b"".join(seen.streaming_content)  # type: ignore[arg-type]
    event = log.history(comment).get(action="comment.view_sealed")
    assert event.data["attachment"] == comment.attachments.get().pk


def test_the_form_says_what_happens_and_asks_why(place: Cast) -> None:
    comment = arrived(place)
    mari, address = client_of(place.mari), reverse("inbox:seal", args=[comment.pk])
    assert address in mari.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    page = mari.get(address).content.decode()
    assert "vises ikke lenger på noen side" in page
    assert "Kari Holten kan oppheve forseglingen" in page
    nothing = mari.post(address, {})
    assert nothing.status_code == 422
    assert "Velg hvorfor innholdet forsegles" in nothing.content.decode()
    vague = mari.post(address, {"why": "other", "remark": " x "})
    assert vague.status_code == 422
    assert "Skriv hvorfor innholdet forsegles" in vague.content.decode()
    done = mari.post(address, {"why": "other", "remark": "Gjelder en ansatt her"}, follow=True).content.decode()
    assert "Gjelder en ansatt her" in done
    again = mari.get(address).content.decode()
    assert "alt forseglet" in again
    assert none_of_it_in(done + again)


def test_only_a_lead_breaks_the_seal_and_says_why(place: Cast) -> None:
    comment = sealed(place)
    address = reverse("inbox:unseal", args=[comment.pk])
    assert client_of(place.ola).post(address, {"reason": "Jeg vil lese"}).status_code == 403
    client_of(place.kari).post(address, {"reason": "x"})
    assert Comment.objects.get().sealed_at
    with pytest.raises(RefusedError, match="leder"):
        sealing.unseal(comment, reason="Fordi jeg vil", by=place.ola)
    page = client_of(place.kari).post(address, {"reason": "Avklart, gjelder ikke et barn"}, follow=True)
    assert WORDS in page.content.decode()
    assert Comment.objects.get().sealed_at is None
    with pytest.raises(RefusedError, match="ikke forseglet"):
        sealing.unseal(Comment.objects.get(), reason="En gang til", by=place.kari)


def test_a_neighbour_finds_no_comment_of_ours_to_seal_or_read(place: Cast) -> None:
    comment = sealed(place)
    tone = client_of(cast.tydal().kari)
    for name in ("seal", "read_sealed", "unseal"):
        assert tone.post(reverse(f"inbox:{name}", args=[comment.pk]), {"reason": "Nysgjerrig"}).status_code == 404


def test_an_emergency_is_helped_first(place: Cast) -> None:
    comment = arrived(place)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=True, by=place.ola)
    comments.flag(comment, flags=["urgent"], by=place.ola)
    with pytest.raises(RefusedError, match="Hjelp først"):
        sealing.seal(comment, why="child", by=place.ola)
    assert Comment.objects.get().text == WORDS


def test_the_next_reading_brings_nothing_back_and_an_edit_goes_into_the_seal(place: Cast) -> None:
    comment = sealed(place)
    edited(place, f"{WORDS}!")
    assert comment.versions.count() == 2
    edited(place, "Gunnvor er trygg nå")
    assert comment.versions.count() == 3
    assert none_of_it_in(everything_kept())
    assert Comment.objects.get().text == ""
    page = client_of(place.kari).get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "Avsenderen endret kommentaren etter forseglingen" in page
    assert none_of_it_in(page)
    read = sealing.read(Comment.objects.get(), by=place.kari)
    assert read.text == "Gunnvor er trygg nå"
    assert [one.text for one in read.versions.all()] == [WORDS, f"{WORDS}!", "Gunnvor er trygg nå"]
    intake.mark_deleted([Comment.objects.get()])
    assert Comment.objects.get().deleted_at
    sealing.unseal(Comment.objects.get(), reason="Avklart med barnevernet", by=place.kari)
    assert Comment.objects.get().text == "Gunnvor er trygg nå"
    assert Comment.objects.get().author_handle == "torbjorg@snabelen.example"


def test_an_edit_to_no_text_at_all_leaves_no_old_text_as_the_latest(place: Cast) -> None:
    sealed(place)
    edited(place, "")
    assert sealing.read(Comment.objects.get(), by=place.kari).text == ""


def test_newer_detectors_leave_it_alone_and_search_does_not_find_it(place: Cast) -> None:
    comment = sealed(place)
    hints = comment.hints
    Comment.objects.update(read_by=0)
    assert not unread(place.municipality).exists()
    for words in ("Torbjørg", "blåmerker", "Gunnvor"):
        assert find(place.kari, words).still_open == []
    assert Comment.objects.get().hints == hints


def test_erasing_takes_the_words_in_the_seal_too(place: Cast) -> None:
    comment = sealed(place)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=False, by=place.ola)
    comments.end(comment, ending="not_to_us", by=place.ola)
    erasing.erase(Comment.objects.get(), ground="request", by=place.kari)
    assert not Seal.objects.exists()
    assert none_of_it_in(everything_kept())
    one = Comment.objects.get()
    assert one.erased_at
    assert one.sealed_at is None
    with pytest.raises(RefusedError, match="slettet"):
        sealing.seal(one, why="child", by=place.ola)


def test_the_work_goes_on_without_the_words(place: Cast) -> None:
    comment = sealed(place)
    comments.assign(comment, to=place.mari, by=place.kari)
    with pytest.raises(RefusedError, match="forseglet"):
        facts.mark_claim(comment, claim="blåmerker", by=place.mari)
    reply = replies.draft(comment, text="Takk for at du sier fra. Blåmerker er alvorlig.", by=place.mari)
    page = client_of(place.mari).get(reverse("inbox:comment", args=[comment.pk]))
    assert none_of_it_in(page.content.decode().replace(reply.text, ""))
    parent = parent_of(Comment.objects.get())
    assert parent.author_handle == "torbjorg@snabelen.example", "the platform is told whom we answer"
    assert parent.raw["content"] == f"{WORDS}!"
    assert none_of_it_in(" ".join(part.ahead for part in as_published(Reply.objects.get())))


def test_drafts_are_still_held_against_what_the_sender_wrote(place: Cast) -> None:
    text = "Jeg har diabetes og får ikke time hos legen"
    comment = arrived(place, text)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=True, by=place.ola)
    reply = replies.draft(comment, text="Hei. Det er leit at diabetes gir deg plager.", by=place.ola)
    before = [(line.check, line.words) for line in checks_of(reply).lines]
    assert before
    sealing.seal(comment, why="personal", by=place.ola)
    after = checks_of(Reply.objects.select_related("comment", "municipality", "channel").get())
    assert [(line.check, line.words) for line in after.lines] == before


def test_the_evidence_of_a_sealed_comment_has_its_words(place: Cast) -> None:
    comment = sealed(place, "threat")
    known = evidence_of(comment)
    assert known["comment"]["text"] == f"{WORDS}!"
    assert [one["text"] for one in known["versions"]] == [WORDS, f"{WORDS}!"]
    assert known["comment"]["author"]["name"] == "Torbjørg Aune"
    assert known["attachments"][0]["alt"] == "Gunnvor ved Blåveisbakken"
    Comment.objects.filter(pk=comment.pk).update(status="TO_ANSWER")
    act = interventions.intervene(comment, kind="ban", order=order(rule_of(place)), by=place.kari)
    assert act.evidence
    assert act.kind == Intervention.Kind.BAN
    with open_stored(act.evidence) as kept:
        assert "blåmerker" in kept.read().decode()


def test_of_two_who_seal_one_is_told_that_it_is_done(place: Cast) -> None:
    comment = sealed(place)
    stale = Comment.objects.get(pk=comment.pk)
    stale.sealed_at = None
    with pytest.raises((RefusedError, IllegalMoveError)):
        sealing.seal(stale, why="personal", by=place.mari)
    assert Seal.objects.get().why == "child"


def test_the_words_outlive_the_key_they_were_closed_with(place: Cast, settings: LazySettings) -> None:
    comment = sealed(place)
    old, new = settings.TOKEN_KEYS, "qT3kP0m6hZ1w8yVbN4cXsR7uJ2eFgL5aD9oIiKtMxYw="
    settings.TOKEN_KEYS = [new, *old]
    call_command("rotate_token_keys")
    settings.TOKEN_KEYS = [new]
    assert sealing.read(comment, by=place.kari).text == f"{WORDS}!"


def test_who_has_the_page_open_is_told_that_it_was_sealed_meanwhile(place: Cast) -> None:
    comment = arrived(place)
    mari = client_of(place.mari)
    address = mari.get(reverse("inbox:comment", args=[comment.pk])).context["live_url"]
    assert mari.get(address).status_code == 204
    sealing.seal(comment, why="child", by=place.ola)
    told = mari.get(address).content.decode()
    assert "Innholdet er forseglet" in told
    assert none_of_it_in(told)
    again = mari.get(reverse("inbox:comment", args=[comment.pk])).context["live_url"]
    assert mari.get(again).status_code == 204
