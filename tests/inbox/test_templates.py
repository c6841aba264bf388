"""What a lead approved beforehand needs no second person; one changed character does."""

import itertools
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from guidelines.models import Policy
from inbox import intake, library
from inbox.actions import comments, inserting, replies, templates
from inbox.actions.errors import NotAllowedError, ObligationsUnmetError, RefusedError
from inbox.models import Comment, Reply, Template
from inbox.workflow import CommentStatus, ReplyStatus, TemplateStatus
from tests import cast
from tests.factories import make_comment, make_item, make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    """A municipality that asks two persons for every reply, so that only a template's approval can spare one."""
    place = cast.meraker()
    Policy.objects.create(municipality=place.municipality, alone_for=[])
    templates.load_defaults(place.municipality)
    return place


def praise(place: cast.Cast, **fields: object) -> Comment:
    comment = make_comment(place.post, "Takk for brøytinga!", **fields)
    comments.sort(comment, sortings=["praise"], by=place.ola)
    return comment


def named(place: cast.Cast, name: str) -> Template:
    return Template.objects.get(municipality=place.municipality, name=name)


def new_template(place: cast.Cast, text: str = "Hei, {navn}. Takk.", **fields: object) -> Template:
    wanted = {"name": "Egen", "texts": {"nb": text}, "review_on": timezone.localdate() + timedelta(days=9), **fields}
    return templates.create(by=place.ola, **wanted)  # type: ignore[arg-type]


def test_a_template_is_filled_with_the_first_name_only(place: cast.Cast) -> None:
    reply = inserting.insert_template(praise(place), named(place, "Takk 1"), by=place.ola)
    assert reply.text == "Hei, Randi. Takk for gode ord, dem sender vi videre."


@pytest.mark.parametrize("name", ["", "🎉🎉", "12345", "https://x.example/a b", "x"])
def test_what_is_no_name_is_left_out_of_the_greeting(place: cast.Cast, name: str) -> None:
    reply = inserting.insert_template(praise(place, author_name=name), named(place, "Takk 1"), by=place.ola)
    assert reply.text.startswith("Hei. Takk")


@pytest.mark.parametrize(("language", "word"), [("nn", "dei sender vi vidare"), ("en", "pass them on")])
def test_the_senders_language_is_used_where_the_template_has_it(place: cast.Cast, language: str, word: str) -> None:
    reply = inserting.insert_template(praise(place, language=language), named(place, "Takk 1"), by=place.ola)
    assert word in reply.text
    assert reply.language == language


def test_where_the_platform_names_a_language_we_do_not_write_the_words_decide(place: cast.Cast) -> None:
    reply = inserting.insert_template(praise(place, language="fi"), named(place, "Takk 1"), by=place.ola)
    assert reply.language == "nn"


def test_unchanged_it_is_published_by_one_person_and_the_log_says_which_version(place: cast.Cast) -> None:
    reply = inserting.insert_template(praise(place), named(place, "Takk 1"), by=place.ola)
    replies.approve(reply, by=place.ola)
    assert reply.status == ReplyStatus.APPROVED
    event = next(one for one in log.history(reply) if one.action == "reply.approve")
    assert (event.data["template"], event.data["template_version"]) == (named(place, "Takk 1").pk, 1)
    client = Client()
    client.force_login(place.ola.user)
    page = client.get(reverse("inbox:comment", args=[reply.comment_id])).content.decode()
    assert "godkjent på forhånd: mal Takk 1 v1" in page


def test_one_changed_character_asks_the_usual_review(place: cast.Cast) -> None:
    comment = praise(place)
    reply = inserting.insert_template(comment, named(place, "Takk 1"), by=place.ola)
    reply = replies.draft(comment, text=f"{reply.text}!", by=place.ola)
    with pytest.raises(NotAllowedError):
        replies.approve(reply, by=place.ola)


def test_a_template_under_other_words_asks_the_usual_review(place: cast.Cast) -> None:
    comment = praise(place)
    replies.draft(comment, text="Du er rar.", by=place.ola)
    reply = inserting.insert_template(comment, named(place, "Takk 1"), by=place.ola)
    assert reply.text.startswith("Du er rar.\n\nHei, Randi.")
    with pytest.raises(NotAllowedError):
        replies.approve(reply, by=place.ola)


def test_a_thanks_is_not_approved_for_a_complaint(place: cast.Cast) -> None:
    comment = make_comment(place.post, "Dette er for dårlig.")
    comments.sort(comment, sortings=["negative"], by=place.ola)
    reply = inserting.insert_template(comment, named(place, "Takk 1"), by=place.ola)
    with pytest.raises(NotAllowedError):
        replies.approve(reply, by=place.ola)


def test_a_newer_version_or_a_retired_template_takes_the_approval_away(place: cast.Cast) -> None:
    template = named(place, "Takk 1")
    reply = inserting.insert_template(praise(place), template, by=place.ola)
    templates.retire(template, by=place.kari)
    reply.refresh_from_db()
    assert templates.preapproved(Reply.objects.get(pk=reply.pk)) is None
    with pytest.raises(NotAllowedError):
        replies.approve(Reply.objects.get(pk=reply.pk), by=place.ola)


def test_the_duties_hold_for_a_template_too(place: cast.Cast) -> None:
    comment = make_comment(place.post, "Jeg klager på vedtaket.")
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    template = new_template(place)
    templates.approve(template, by=place.kari)
    reply = inserting.insert_template(comment, template, by=place.ola)
    with pytest.raises(ObligationsUnmetError):
        replies.approve(reply, by=place.ola)


def test_only_a_lead_approves_and_a_change_asks_again(place: cast.Cast) -> None:
    template = new_template(place)
    with pytest.raises(NotAllowedError):
        templates.approve(template, by=place.ola)
    with pytest.raises(RefusedError, match="ikke godkjent"):
        inserting.insert_template(praise(place), template, by=place.ola)
    templates.approve(template, by=place.kari)
    assert template.status == TemplateStatus.APPROVED
    templates.change(
        template, name="Egen", texts={"nb": "Ny"}, review_on=template.review_on, kind="usual", sortings=[], by=place.ola
    )
    assert template.status == TemplateStatus.DRAFT
    assert [version.nb for version in template.versions.all()] == ["Hei, {navn}. Takk.", "Ny"]


def test_an_expired_template_is_not_inserted(place: cast.Cast) -> None:
    template = named(place, "Takk 1")
    Template.objects.filter(pk=template.pk).update(review_on=timezone.localdate() - timedelta(days=1))
    template.refresh_from_db()
    with pytest.raises(RefusedError, match="sett over"):
        inserting.insert_template(praise(place), template, by=place.ola)


def test_an_unknown_field_and_an_empty_template_are_refused(place: cast.Cast) -> None:
    for text in ("Hei {etternavn}", "  "):
        with pytest.raises(RefusedError):
            new_template(place, text)


def test_a_template_that_needs_a_unit_waits_for_one(place: cast.Cast) -> None:
    template = new_template(place, "Spør {enhet}.")
    templates.approve(template, by=place.kari)
    comment = praise(place)
    with pytest.raises(RefusedError, match="enhet"):
        inserting.insert_template(comment, template, by=place.ola)
    comments.choose_unit(comment, unit=place.unit, by=place.ola)
    assert inserting.insert_template(comment, template, by=place.ola).text == "Spør Kommunalteknikk."


def test_the_list_holds_what_fits_the_sortings(place: cast.Cast) -> None:
    names = {one.version.template.name for one in library.templates_for(praise(place))}
    assert "Takk 1" in names
    assert not names & {"Åpningstider", "Ring 110"}


def test_thanks_under_one_post_are_never_the_same_twice_in_a_row(place: cast.Cast) -> None:
    texts = []
    for _ in range(7):
        comment = praise(place)
        offer = library.thanks_for(comment)
        assert offer is not None
        inserting.publish_preapproved(comment, offer.version.template, text_hash=offer.text_hash, by=place.ola)
        texts.append(offer.text)
    assert len(set(texts)) == 5
    assert all(one != other for one, other in itertools.pairwise(texts))


def test_what_was_not_seen_is_not_published(place: cast.Cast) -> None:
    comment = praise(place)
    with pytest.raises(RefusedError, match="endret"):
        inserting.publish_preapproved(comment, named(place, "Takk 1"), text_hash="0" * 64, by=place.ola)
    assert not comment.replies.exists()


def test_praise_is_answered_from_the_strip_in_two_clicks(place: cast.Cast) -> None:
    comment = make_comment(place.post, "Takk for brøytinga!")
    client = Client()
    client.force_login(place.ola.user)
    queue = reverse("inbox:queue", args=["nye"])
    after = f"{queue}?valgt={comment.pk}&sortert={comment.pk}"
    page = client.post(
        reverse("inbox:sort", args=[comment.pk]), {"sortings": "praise", "next": after}, follow=True
    ).content.decode()
    comment.refresh_from_db()
    offer = library.thanks_for(comment)
    assert offer is not None
    assert offer.text in page
    assert f"mal {offer.version.template.name} v1" in page
    client.post(
        reverse("inbox:publish_preapproved", args=[comment.pk]),
        {"template": offer.version.template_id, "text_hash": offer.text_hash, "next": queue},
    )
    comment.refresh_from_db()
    assert comment.status == CommentStatus.GOING_OUT


def test_thanks_are_not_published_to_a_comment_that_was_edited_while_the_strip_stood_there(place: cast.Cast) -> None:
    comment = praise(place)
    client = Client()
    client.force_login(place.ola.user)
    page = client.get(reverse("inbox:queue"), {"valgt": comment.pk, "sortert": comment.pk}).content.decode()
    strip = dict(re.findall(r'name="(template|text_hash|read)" value="([^"]+)"', page))
    assert strip["read"] == comment.content_hash
    edited = make_item(place.post, "Takk for ingenting. Når kommer bilen?", external_id=comment.external_id)
    intake.receive(place.channel, make_page(edited), raw_page=None)
    answer = client.post(reverse("inbox:publish_preapproved", args=[comment.pk]), strip, follow=True)
    assert "Avsenderen endret kommentaren mens du leste" in answer.content.decode()
    assert not comment.replies.exists()


def test_an_emergency_is_answered_at_once_with_a_fixed_text(place: cast.Cast) -> None:
    comment = make_comment(place.post, "Hva skjer bak barnehagen?")
    comments.sort(comment, sortings=["neutral"], addressed_to_us=True, by=place.ola)
    assert library.urgent_texts(comment) == []
    comments.flag(comment, flags=["urgent"], by=place.ola)
    client = Client()
    client.force_login(place.ola.user)
    page = client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "Ring 110 nå. Denne siden følges ikke døgnet rundt." in page
    offer = next(one for one in library.urgent_texts(comment) if "110" in one.text)
    reply = inserting.publish_preapproved(comment, offer.version.template, text_hash=offer.text_hash, by=place.ola)
    assert reply.status == ReplyStatus.APPROVED


def test_the_defaults_are_loaded_once(place: cast.Cast) -> None:
    assert templates.load_defaults(place.municipality) == 0
    assert Template.objects.filter(municipality=place.municipality, kind="thanks").count() == 5


def test_a_neighbours_template_is_not_inserted(place: cast.Cast) -> None:
    tydal = cast.tydal()
    templates.load_defaults(tydal.municipality)
    with pytest.raises(RefusedError):
        inserting.insert_template(praise(place), named(tydal, "Takk 1"), by=place.ola)


def test_a_template_is_written_and_approved_on_its_page(place: cast.Cast) -> None:
    client = Client()
    client.force_login(place.kari.user)
    data = {
        "name": "Byggesak",
        "kind": "usual",
        "sortings": ["neutral"],
        "nb": "Hei, {navn}.",
        "review_on": "2030-01-01",
    }
    assert client.post(reverse("inbox:template_new"), data).status_code == 302
    template = named(place, "Byggesak")
    client.post(reverse("inbox:template_approve", args=[template.pk]))
    template.refresh_from_db()
    assert template.status == TemplateStatus.APPROVED
    page = client.get(reverse("inbox:templates")).content.decode()
    assert "Byggesak" in page
    bad = client.post(reverse("inbox:template", args=[template.pk]), {**data, "nb": "Hei {x}"})
    assert bad.status_code == 422
    assert "Ukjent felt" in bad.content.decode()


def test_a_template_is_put_in_from_the_composer_with_the_text_that_stood_there(place: cast.Cast) -> None:
    comment = praise(place)
    client = Client()
    client.force_login(place.ola.user)
    template = named(place, "Takk 2")
    page = client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert f'name="template" value="{template.pk}"' in page
    client.post(
        reverse("inbox:insert_template", args=[comment.pk]), {"text": "Hei.", "version": "0", "template": template.pk}
    )
    assert comment.replies.get().text == "Hei.\n\nTusen takk, Randi. Det var hyggelig å høre."
