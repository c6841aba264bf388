"""Two persons where the policy or a duty asks for them: through the acts, the page of the policy, and the button."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from guidelines import actions, rule_actions
from guidelines.duties import Duty, DutyKind, Flag, Stage, When
from guidelines.queries import policy_of, version_in_force
from guidelines.rule_actions import RuleRefusedError
from inbox.actions import comments, replies
from inbox.actions.errors import NotAllowedError
from inbox.models import Comment
from inbox.workflow import ReplyStatus
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def sorted_as(place: cast.Cast, *sortings: str, flags: tuple[str, ...] = ()) -> Comment:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=sortings, by=place.ola)
    if flags:
        comments.flag(comment, flags=flags, by=place.ola)
    return comment


def test_one_person_thanks_and_the_log_says_alone(place: cast.Cast) -> None:
    reply = replies.draft(sorted_as(place, "praise"), text="Takk", by=place.ola)
    replies.approve(reply, by=place.ola)
    assert reply.status == ReplyStatus.APPROVED
    event = log.history(reply).get(action="reply.approve")
    assert event.data["alone"] is True


def test_the_refusal_says_which_rule(place: cast.Cast) -> None:
    reply = replies.draft(sorted_as(place, "negative"), text="Vi ser på det", by=place.ola)
    with pytest.raises(NotAllowedError, match="kommunens regel for negativ"):
        replies.approve(reply, by=place.ola)


def test_a_duty_in_force_asks_for_a_second_reviewer_in_its_own_words(place: cast.Cast) -> None:
    draft = rule_actions.begin_draft(version_in_force(place.municipality), by=place.kari)
    when = When(flags=frozenset({Flag.POLITICAL}))
    duty = Duty(
        "C6-second", "C6", "punkt 6", DutyKind.SECOND_REVIEWER, Stage.BEFORE_PUBLISHING, "En annen godkjenner", (when,)
    )
    rule_actions.save_duty(draft, duty, by=place.kari)
    actions.put_in_force(draft, by=place.kari)
    rule_actions.change_policy(policy_of(place.municipality), by=place.kari, alone_for=["praise", "political"])
    reply = replies.draft(sorted_as(place, "praise", flags=("political",)), text="Takk", by=place.ola)
    with pytest.raises(NotAllowedError, match=r"En annen godkjenner \(punkt 6\)"):
        replies.approve(reply, by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    assert reply.status == ReplyStatus.APPROVED


def test_one_alone_on_duty_publishes_what_others_may_not(place: cast.Cast) -> None:
    rule_actions.change_policy(
        policy_of(place.municipality), by=place.kari, alone_on_duty=place.ola, alone_until=timezone.localdate()
    )
    replies.approve(replies.draft(sorted_as(place, "negative"), text="Vi ser på det", by=place.ola), by=place.ola)
    mine = replies.draft(sorted_as(place, "negative"), text="Vi ser på det", by=place.mari)
    with pytest.raises(NotAllowedError):
        replies.approve(mine, by=place.mari)


def test_the_policy_is_a_leads_and_is_logged(place: cast.Cast) -> None:
    with pytest.raises(RuleRefusedError):
        rule_actions.change_policy(policy_of(place.municipality), by=place.ola, alone_for=["negative"])
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(RuleRefusedError, match="i dag eller senere"):
        rule_actions.change_policy(
            policy_of(place.municipality), by=place.kari, alone_on_duty=place.ola, alone_until=yesterday
        )
    policy = rule_actions.change_policy(policy_of(place.municipality), by=place.kari, citizens_may_be_left=True)
    event = log.history(policy).get()
    assert (event.action, event.data["fields"]) == ("policy.change", ["citizens_may_be_left"])


def test_the_page_saves_it_and_shows_what_is_wrong(place: cast.Cast) -> None:
    client = Client()
    client.force_login(place.kari.user)
    url = reverse("guidelines:policy")
    wrong = client.post(url, {"alone_for": ["praise"], "alone_on_duty": place.ola.pk})
    assert wrong.status_code == 422
    assert "Si til og med hvilken dag" in wrong.content.decode()
    assert client.post(url, {"alone_for": ["praise", "negative"]}).status_code == 302
    assert set(policy_of(place.municipality).alone_for) == {"praise", "negative"}


def test_the_button_publishes_only_where_one_person_may(place: cast.Cast) -> None:
    client = Client()
    client.force_login(place.ola.user)
    for sorting, alone in (("praise", True), ("negative", False)):
        page = client.get(reverse("inbox:comment", args=[sorted_as(place, sorting).pk])).content.decode()
        assert ("/svar/godkjenn/" in page) == alone
        assert "/svar/send/" in page
