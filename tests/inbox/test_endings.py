"""The lawful endings: each fits where its condition holds, else says why not, and can be opened again."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from guidelines import rule_actions
from guidelines.queries import policy_of
from inbox.actions import comments, replies
from inbox.actions.errors import RefusedError
from inbox.endings import closed_threads
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db
Ending = Comment.Ending


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def sorted_as(place: cast.Cast, *sortings: str, flags: tuple[str, ...] = (), **fields: object) -> Comment:
    comment = make_comment(place.post, **fields)
    comments.sort(comment, sortings=sortings, by=place.ola)
    if flags:
        comments.flag(comment, flags=flags, by=place.ola)
    return comment


def published(place: cast.Cast, comment: Comment) -> Reply:
    """A published answer to the comment, as the platform would have settled it."""
    reply = replies.draft(comment, text="Takk for at du sier fra.", by=place.ola)
    settled = {"status": ReplyStatus.PUBLISHED, "external_id": f"s{reply.pk}", "published_at": timezone.now()}
    Reply.objects.filter(pk=reply.pk).update(**settled)
    return Reply.objects.get(pk=reply.pk)


def under(comment: Comment, **fields: object) -> Comment:
    """Another comment in the same branch, by the same sender unless said otherwise."""
    fields = {"parent_id": comment.external_id, "author_id": comment.author_external_id, **fields}
    child = make_comment(comment.post, **fields)
    assert child.parent_id == comment.pk
    return child


def refused(comment: Comment, ending: str, place: cast.Cast, **fields: object) -> str:
    with pytest.raises(RefusedError) as why:
        comments.end(comment, ending=ending, by=place.ola, **fields)  # type: ignore[arg-type]
    return str(why.value)


def test_a_negative_comment_has_no_ending_but_spam(place: cast.Cast) -> None:
    assert comments.allowed_endings(sorted_as(place, "negative")) == [Ending.SPAM]


def test_each_refusal_names_its_reason(place: cast.Cast) -> None:
    comment = sorted_as(place, "negative")
    words = {
        Ending.NOT_TO_US: "krever et svar",
        Ending.DELETED_BY_SENDER: "ikke slettet",
        Ending.DIALOGUE_ENDED: "minst ett svar",
        Ending.ANSWERED_JOINTLY: "ikke publisert noe svar",
        Ending.HIDDEN_BY_RULE: "ikke skjult eller slettet",
        Ending.LIKED: "bare emojier",
        Ending.THREAT_REPORTED: "som trussel",
        Ending.AMONG_CITIZENS: "har ikke åpnet for",
        "noe annet": "Velg en av måtene",
    }
    for ending, reason in words.items():
        assert reason in refused(comment, ending, place)
    assert set(words) == {*Ending, "noe annet"} - {Ending.SPAM}


def test_an_unsorted_comment_ends_only_as_spam_or_deleted(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    assert comments.allowed_endings(comment) == [Ending.SPAM]
    assert "Sorter" in refused(comment, Ending.DIALOGUE_ENDED, place)


def test_answered_jointly_names_a_published_reply_on_the_same_post(place: cast.Cast) -> None:
    joint = published(place, sorted_as(place, "negative"))
    comment = sorted_as(place, "negative")
    elsewhere = published(place, make_sorted_elsewhere(place))
    assert "Velg svaret" in refused(comment, Ending.ANSWERED_JOINTLY, place)
    assert "Velg svaret" in refused(comment, Ending.ANSWERED_JOINTLY, place, joint_reply=elsewhere)
    comments.end(comment, ending=Ending.ANSWERED_JOINTLY, joint_reply=joint, by=place.ola)
    assert (comment.status, comment.joint_reply) == (CommentStatus.DONE, joint)


def make_sorted_elsewhere(place: cast.Cast) -> Comment:
    comment = make_comment(cast.make_post(place.channel))
    comments.sort(comment, sortings=["praise"], by=place.ola)
    return comment


def test_a_request_for_access_is_not_ended_with_somebody_elses_answer(place: cast.Cast) -> None:
    joint = published(place, sorted_as(place, "negative"))
    comment = sorted_as(place, "negative", flags=("access_request",))
    assert "Innsynskrav og klage" in refused(comment, Ending.ANSWERED_JOINTLY, place, joint_reply=joint)


def test_reported_needs_a_persons_flag_and_hidden_the_act_itself(place: cast.Cast) -> None:
    comment = sorted_as(place, "negative", flags=("threat",))
    assert "ikke skjult" in refused(comment, Ending.HIDDEN_BY_RULE, place)
    comments.end(comment, ending=Ending.THREAT_REPORTED, by=place.ola)
    assert comment.ending_reason == ""


def test_citizens_among_themselves_where_the_municipality_allows(place: cast.Cast) -> None:
    other = under(sorted_as(place, "negative"), author_id="en-annen")
    comments.sort(other, sortings=["negative"], by=place.ola)
    assert "har ikke åpnet for" in refused(other, Ending.AMONG_CITIZENS, place)
    rule_actions.change_policy(policy_of(place.municipality), by=place.kari, citizens_may_be_left=True)
    alone = sorted_as(place, "negative")
    assert "ikke et svar til en annen" in refused(alone, Ending.AMONG_CITIZENS, place)
    comments.end(Comment.objects.get(pk=other.pk), ending=Ending.AMONG_CITIZENS, by=place.ola)


def test_a_dialogue_ends_after_an_answer_and_what_comes_later_only_hints(place: cast.Cast) -> None:
    first = sorted_as(place, "negative")
    published(place, first)
    second = under(first)
    comments.sort(second, sortings=["negative"], by=place.ola)
    comments.end(second, ending=Ending.DIALOGUE_ENDED, by=place.ola)
    third, stranger = under(second), under(second, author_id="en-annen")
    assert closed_threads([third, stranger, first]) == {third.pk}
    client = Client()
    client.force_login(place.ola.user)
    assert "Dialogen er avsluttet" in client.get(reverse("inbox:queue")).content.decode()
    assert "Dialogen er avsluttet" in client.get(reverse("inbox:comment", args=[third.pk])).content.decode()
    comments.reopen(second, by=place.ola)
    assert closed_threads([third]) == set()


def test_a_case_is_not_left_in_a_dialogue(place: cast.Cast) -> None:
    first = sorted_as(place, "negative")
    published(place, first)
    second = under(first)
    comments.sort(second, sortings=["case_handling"], by=place.ola)
    assert "Saksbehandling skal besvares" in refused(second, Ending.DIALOGUE_ENDED, place)


def test_spam_is_told_to_the_lead_until_seen(place: cast.Cast) -> None:
    comment = make_comment(place.post, text="Tjen penger nå")
    ola, kari = Client(), Client()
    ola.force_login(place.ola.user)
    kari.force_login(place.kari.user)
    ola.post(reverse("inbox:end", args=[comment.pk]), {"ending": "spam"})
    assert "søppel eller svindel" in kari.get(reverse("inbox:queue")).content.decode()
    assert "søppel eller svindel" not in ola.get(reverse("inbox:queue")).content.decode()
    assert "Tjen penger nå" in kari.get(reverse("inbox:spam")).content.decode()
    kari.post(reverse("inbox:see_ending", args=[comment.pk]))
    assert "Tjen penger nå" not in kari.get(reverse("inbox:spam")).content.decode()


def test_an_unsorted_comment_opened_again_must_be_sorted_before_it_is_answered(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    comments.end(comment, ending=Ending.SPAM, by=place.ola)
    comments.reopen(comment, by=place.ola)
    assert comment.status == CommentStatus.NEW
    with pytest.raises(RefusedError, match="Sorter"):
        replies.draft(comment, text="Hei", by=place.ola)


def test_the_page_offers_exactly_what_fits_and_says_it_in_the_log(place: cast.Cast) -> None:
    comment = sorted_as(place, "negative", flags=("threat",))
    client = Client()
    client.force_login(place.ola.user)
    url = reverse("inbox:comment", args=[comment.pk])
    page = client.get(url)
    assert [value for value, _label in page.context["endings"]] == ["spam", "threat_reported"]
    client.post(reverse("inbox:end", args=[comment.pk]), {"ending": "threat_reported", "reason": "Meldt i dag"})
    page_text = client.get(url).content.decode()
    assert "Meldt i dag" in page_text
    assert "Åpne igjen" in page_text
    line = next(line for line in client.get(url).context["log"] if "avsluttet" in line.words)
    assert line.detail == "Trussel, meldt"
    event = log.history(comment).filter(action="comment.end").get()
    assert "Meldt i dag" not in str(event.data)


def conversation_of(place: cast.Cast, comment: Comment) -> str:
    client = Client()
    client.force_login(place.ola.user)
    return client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()


def test_the_dialogue_ends_with_one_click_once_the_sender_has_an_answer(place: cast.Cast) -> None:
    first = sorted_as(place, "negative")
    assert "Avslutt dialogen" not in conversation_of(place, first)
    published(place, first)
    more = under(first)
    comments.sort(more, sortings=["negative"], by=place.ola)
    assert "Avslutt dialogen" in conversation_of(place, more)


def test_what_is_not_to_us_is_done_with_one_click(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["neutral"], by=place.ola)
    assert "Ferdig: ikke til oss" not in conversation_of(place, comment)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=False, by=place.ola)
    assert "Ferdig: ikke til oss" in conversation_of(place, comment)
