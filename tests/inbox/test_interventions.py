"""Hide, delete, ban and like: only by a rule, evidence first, done once whatever the platform answers."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inbox import carrying_out, lifting, publishing
from inbox.actions import comments, house_rules, interventions, replies, telling
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.actions.interventions import Order
from inbox.models import Channel, Comment, HouseRule, Intervention, Reply
from inbox.reading.emoji import is_emoji_only
from inbox.workflow import CommentStatus, InterventionStatus
from notices.models import Notice
from tests import cast
from tests.factories import make_comment
from tests.inbox.intervening import WRITES, arrived, hidden_there, let_the_lease_end, order, rule_of, settled
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)
Status = InterventionStatus


@pytest.mark.parametrize("platform", ["facebook", "instagram", "youtube", "bluesky"])
def test_hidden_at_the_platform_and_shown_again_by_the_lead(simulator: Simulator, platform: str) -> None:
    place, comment = arrived(simulator, platform)
    act = interventions.intervene(comment, kind="hide", order=order(rule_of(place)), by=place.ola)
    assert hidden_there(simulator, comment) == [], "the plan itself does nothing there"
    assert settled(act).status == Status.CARRIED_OUT
    assert len(hidden_there(simulator, comment)) == 1
    comment.refresh_from_db()
    assert comment.hidden_at
    assert (comment.status, comment.ending, comment.ending_reason) == (CommentStatus.DONE, "hidden_by_rule", "Hets")
    again = interventions.intervene(comment, kind="unhide", order=Order(reason="Avklart"), by=place.kari)
    assert settled(again).status == Status.CARRIED_OUT
    comment.refresh_from_db()
    act.refresh_from_db()
    assert (hidden_there(simulator, comment), comment.hidden_at, act.status) == ([], None, Status.UNDONE)


@pytest.mark.parametrize("fault", ["error_after", "reset_after", "error_before"])
@pytest.mark.parametrize("platform", ["facebook", "youtube"])
def test_an_unclear_answer_ends_in_a_hidden_comment(simulator: Simulator, platform: str, fault: str) -> None:
    place, comment = arrived(simulator, platform)
    act = interventions.intervene(comment, kind="hide", order=order(rule_of(place)), by=place.ola)
    simulator.fault(fault, method="POST", path=WRITES[platform], times=1)
    carrying_out.carry_out(act.pk)
    act.refresh_from_db()
    assert act.status in {Status.UNDER_WAY, Status.PLANNED}
    Intervention.objects.filter(pk=act.pk).update(run_after=timezone.now())
    let_the_lease_end(act)
    assert settled(act).status == Status.CARRIED_OUT


def test_three_unclear_answers_are_shown_to_the_lead_and_tried_anew(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook")
    act = interventions.intervene(comment, kind="hide", order=order(rule_of(place)), by=place.ola)
    simulator.fault("reset_before", method="POST", path="/graph")
    assert settled(act).status == Status.UNCLEAR
    kari = Client()
    kari.force_login(place.kari.user)
    assert "svarte uklart" in kari.get(reverse("inbox:look_again")).content.decode()
    simulator.clear_faults()
    kari.post(reverse("inbox:intervention_try_again", args=[act.pk]))
    assert settled(act).status == Status.CARRIED_OUT


def test_a_refusal_is_a_problem_a_person_can_read(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "youtube")
    act = interventions.intervene(comment, kind="hide", order=order(rule_of(place)), by=place.ola)
    simulator.fault("status", method="POST", path="/youtube", code=403, body={"error": {"code": 403}})
    assert settled(act).status == Status.FAILED
    assert act.get_problem_display()
    comment.refresh_from_db()
    assert (comment.hidden_at, comment.status) == (None, CommentStatus.NEW)


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_deleted_by_the_lead_once_although_the_answer_was_lost(simulator: Simulator, platform: str) -> None:
    place, comment = arrived(simulator, platform)
    act = interventions.intervene(comment, kind="delete", order=order(rule_of(place)), by=place.kari)
    simulator.fault("error_after", method="DELETE", path="/graph", times=1)
    assert settled(act).status == Status.CARRIED_OUT
    comment.refresh_from_db()
    assert comment.deleted_at
    assert comment.ending == "hidden_by_rule"
    assert len(simulator.acts()["deleted"]) == 1


@pytest.mark.parametrize("platform", ["facebook", "mastodon", "youtube"])
def test_a_ban_ends_on_its_day_and_the_lead_is_told_once(simulator: Simulator, platform: str) -> None:
    place, comment = arrived(simulator, platform)
    ends = timezone.localdate() + timedelta(days=30)
    ban = interventions.intervene(comment, kind="ban", order=order(rule_of(place), ends_on=ends), by=place.kari)
    assert settled(ban).status == Status.CARRIED_OUT
    assert len(simulator.acts()["blocked"]) == 1
    assert lifting.lift_bans() == 0, "not before its day"
    Intervention.objects.filter(pk=ban.pk).update(ends_on=timezone.localdate())
    assert (lifting.lift_bans(), lifting.lift_bans()) == (1, 0)
    for act in Intervention.objects.filter(kind="unban"):
        settled(act)
    assert Notice.objects.filter(kind="intervention.ban_over").count() == 1
    blocked = simulator.acts()["blocked"]
    assert len(blocked) == (1 if platform == "youtube" else 0), "YouTube lets nobody in again by its API"


@pytest.mark.parametrize("fault", ["", "error_after", "reset_after"])
@pytest.mark.parametrize("platform", ["facebook", "mastodon"])
def test_the_sender_is_told_exactly_once(simulator: Simulator, platform: str, fault: str) -> None:
    place, comment = arrived(simulator, platform)
    kind = "hide" if platform == "facebook" else "ban"
    chosen = order(rule_of(place), message="Vi har gjort noe med kommentaren din.")
    act = interventions.intervene(comment, kind=kind, order=chosen, by=place.kari)
    message = Intervention.objects.get(kind="message")
    carrying_out.carry_out(message.pk)
    assert Intervention.objects.get(pk=message.pk).status == Status.PLANNED, "nobody is told before it is done"
    assert settled(act).status == Status.CARRIED_OUT
    if fault:
        path = {"facebook": "/graph", "mastodon": "/api/v1/statuses"}[platform]
        simulator.fault(fault, method="POST", path=path, times=1)
    assert settled(message).status == Status.CARRIED_OUT
    told = simulator.acts()["told_privately"] if platform == "facebook" else simulator.book("meraker")
    assert len(told) == 1


def test_nothing_is_hidden_without_a_rule_in_force(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook")
    with pytest.raises(RefusedError, match="ingen husregel"):
        interventions.intervene(comment, kind="hide", order=Order(reason="x"), by=place.ola)
    rule = rule_of(place, allows=("hide",))
    with pytest.raises(RefusedError, match="ingen husregel"):
        interventions.intervene(comment, kind="delete", order=order(rule), by=place.kari)
    with pytest.raises(RefusedError, match="Velg hvilken"):
        interventions.intervene(comment, kind="hide", order=Order(reason="x"), by=place.ola)
    with pytest.raises(RefusedError, match="hvorfor"):
        interventions.intervene(comment, kind="hide", order=order(rule, reason=" "), by=place.ola)
    with pytest.raises(RefusedError, match="dag"):
        interventions.intervene(comment, kind="hide", order=order(rule, look_again_on=None), by=place.ola)
    house_rules.set_active(rule, active=False, by=place.kari)
    with pytest.raises(RefusedError, match="ingen husregel"):
        interventions.intervene(comment, kind="hide", order=order(rule), by=place.ola)
    assert not Intervention.objects.exists()
    # Even a mistake in the code cannot: the table refuses the row.
    own = {"municipality": place.municipality, "channel": comment.channel, "comment": comment}
    for kind in ("hide", "delete", "ban"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Intervention.objects.create(kind=kind, rule=rule, **own)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Vi har skjult kommentaren din på sidene til Meråker"),
        ("nn", "Regelen vi følgjer: Hets."),
        ("en", "We have hidden your comment on the pages of Meråker"),
        ("de", "Vi har skjult kommentaren din"),
    ],
)
def test_the_sender_is_told_in_the_language_of_the_comment(language: str, words: str) -> None:
    place = cast.meraker()
    Channel.objects.filter(pk=place.channel.pk).update(platform="facebook")
    rule = rule_of(place)
    comment = make_comment(place.post, "Du er en idiot")
    Comment.objects.filter(pk=comment.pk).update(language=language)
    comment.refresh_from_db()
    said = telling.message_for(comment, "hide", rule)
    assert words in said
    assert rule.link in said
    assert place.municipality.enquiry_email in said
    act = interventions.intervene(comment, kind="hide", order=order(rule, message=said), by=place.ola)
    assert act.complaint_address == place.municipality.enquiry_email
    told = Intervention.objects.get(kind="message").language
    assert told == (language if language != "de" else place.municipality.written_language)


def test_members_hide_and_only_leads_delete_ban_and_show_again(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook")
    rule = rule_of(place)
    for kind in ("delete", "ban", "unhide"):
        with pytest.raises(NotAllowedError):
            interventions.intervene(comment, kind=kind, order=order(rule), by=place.ola)
    with pytest.raises(NotAllowedError):
        interventions.intervene(comment, kind="hide", order=order(rule), by=place.arne)
    with pytest.raises(NotAllowedError):
        house_rules.keep(code="x", title="x", text="x", allows=["hide"], by=place.ola)


def test_what_is_urgent_is_not_hidden_first(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook", "Det brenner i Storgata!")
    assert comment.looks_urgent
    rule = rule_of(place)
    with pytest.raises(RefusedError, match="akutt"):
        interventions.intervene(comment, kind="hide", order=order(rule), by=place.ola)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    comments.flag(comment, flags=["urgent"], by=place.ola)
    with pytest.raises(RefusedError, match="Hjelp først"):
        interventions.intervene(comment, kind="hide", order=order(rule, considered=True), by=place.ola)


def test_a_hidden_request_for_access_is_still_to_be_answered(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook")
    comments.sort(comment, sortings=["negative"], by=place.ola)
    comments.flag(comment, flags=["access_request"], by=place.ola)
    act = interventions.intervene(comment, kind="hide", order=order(rule_of(place)), by=place.ola)
    assert settled(act).status == Status.CARRIED_OUT
    comment.refresh_from_db()
    assert comment.hidden_at
    assert (comment.status, comment.ending) == (CommentStatus.TO_ANSWER, "")


def test_spam_is_hidden_at_once_by_one_key_and_the_lead_takes_it_back(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook", "Tjen penger fort")
    ola, kari = Client(), Client()
    ola.force_login(place.ola.user)
    kari.force_login(place.kari.user)
    assert "ingen husregel" in comments.end(comment, ending="spam", by=place.ola)
    comments.reopen(comment, by=place.ola)
    rule_of(place, code="spam")
    ola.post(reverse("inbox:end", args=[comment.pk]), {"ending": "spam"})
    act = Intervention.objects.get(kind="hide")
    assert act.evidence
    assert settled(act).status == Status.CARRIED_OUT
    assert len(simulator.acts()["hidden"]) == 1
    assert "Skjult på plattformen" in kari.get(reverse("inbox:spam")).content.decode()
    kari.post(reverse("inbox:not_spam", args=[comment.pk]))
    settled(Intervention.objects.get(kind="unhide"))
    comment.refresh_from_db()
    assert (comment.status, comment.hidden_at, simulator.acts()["hidden"]) == (CommentStatus.NEW, None, [])


def test_who_pressed_the_spam_key_by_mistake_takes_it_back_alone(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook", "Tjen penger fort")
    rule_of(place, code="spam")
    comments.end(comment, ending="spam", by=place.ola)
    comments.reopen(comment, by=place.ola)
    assert Intervention.objects.get().status == Status.UNDONE, "it had not begun"
    comments.end(comment, ending="spam", by=place.ola)
    settled(Intervention.objects.filter(kind="hide").latest("pk"))
    comment.refresh_from_db()
    with transaction.atomic():
        comments.reopen(comment, by=place.mari)
        assert not Intervention.objects.filter(kind="unhide").exists(), "a colleague asks the lead"
        transaction.set_rollback(True)
    comment.refresh_from_db()
    comments.reopen(comment, by=place.ola)
    settled(Intervention.objects.get(kind="unhide"))
    comment.refresh_from_db()
    assert (comment.status, comment.hidden_at, simulator.acts()["hidden"]) == (CommentStatus.NEW, None, [])


@pytest.mark.parametrize("platform", ["facebook", "mastodon"])
def test_a_like_is_thanks_for_praise_of_emoji_only(simulator: Simulator, platform: str) -> None:
    place, comment = arrived(simulator, platform, "❤️👏🏽")
    Comment.objects.filter(pk=comment.pk).update(text="❤️👏🏽")  # Mastodon puts our name in front of what is said to us
    comment.refresh_from_db()
    comments.sort(comment, sortings=["praise"], by=place.ola)
    act = interventions.like(comment, by=place.ola)
    assert interventions.like(comment, by=place.mari).pk == act.pk
    simulator.fault("error_after", method="POST", path=WRITES[platform], times=1)
    assert settled(act).status == Status.CARRIED_OUT
    assert len(simulator.acts()["liked"]) == 1
    comment.refresh_from_db()
    assert (comment.status, comment.ending) == (CommentStatus.DONE, "liked")


def test_only_pictures_count_as_emoji() -> None:
    assert all(map(is_emoji_only, ["👍", "❤️ ❤️", "👩‍👩‍👧", "🇳🇴", "👏🏽"]))
    assert not any(map(is_emoji_only, ["", " ", "1", "#", "👍 takk", "takk"]))


@pytest.mark.parametrize("platform", ["facebook", "instagram", "bluesky", "mastodon"])
def test_a_hidden_comment_is_not_answered_as_if_it_stood_there(simulator: Simulator, platform: str) -> None:
    place, comment = arrived(simulator, platform)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    Comment.objects.filter(pk=comment.pk).update(hidden_at=timezone.now())
    comment.refresh_from_db()
    reply = replies.draft(comment, text="Takk for at du sier fra.", by=place.ola)
    with pytest.raises(RefusedError, match="ikke bli sett"):
        replies.submit(reply, by=place.ola)
    client = Client()
    client.force_login(place.ola.user)
    page = client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "Svar i ny kommentar" in page
    assert ("Privat svar" in page) == (platform in {"facebook", "mastodon"})
    client.post(reverse("inbox:reply_place", args=[comment.pk]), {"place": "post"})
    reply = Reply.objects.get(pk=reply.pk)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    publishing.publish(reply.pk)
    (written,) = simulator.book("meraker")
    (asked,) = simulator.comments("meraker")
    assert written["in_reply_to_id"] == asked["in_reply_to_id"], "beside the comment, under our post"


def test_the_form_works_without_javascript_and_says_what_the_platform_does(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook")
    rule = rule_of(place)
    client = Client()
    client.force_login(place.ola.user)
    url = reverse("inbox:hide", args=[comment.pk])
    page = client.get(url).content.decode()
    assert "vennene deres ser den fortsatt" in page
    assert client.post(url, {"rule": rule.pk}).status_code == 422
    day = timezone.localdate() + timedelta(days=14)
    form = {"rule": rule.pk, "reason": "Hets", "look_again_on": day.isoformat(), "ends_comment": "on"}
    assert client.post(url, form).status_code == 302
    settled(Intervention.objects.get(kind="hide"))
    kari = Client()
    kari.force_login(place.kari.user)
    listed = kari.get(reverse("inbox:look_again")).content.decode()
    assert "Du er en idiot" in listed
    kari.post(reverse("inbox:intervention_let_stand", args=[Intervention.objects.get(kind="hide").pk]))
    assert "Du er en idiot" not in kari.get(reverse("inbox:look_again")).content.decode()


def test_mastodon_says_that_nobody_can_hide_and_what_to_do() -> None:
    place = cast.meraker()
    rule_of(place)
    comment = make_comment(place.post, text="Du er en idiot")
    client = Client()
    client.force_login(place.ola.user)
    assert "kan ingen skjule" in client.get(reverse("inbox:hide", args=[comment.pk])).content.decode()
    with pytest.raises(RefusedError, match="kan ingen skjule"):
        interventions.intervene(comment, kind="hide", order=order(HouseRule.objects.get()), by=place.ola)
