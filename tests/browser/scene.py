"""A municipality in the middle of a day: one of everything, so that every page has something on it."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from archive import actions as archive_actions
from archive import intake
from archive.models import CaseRecord
from audit import log
from guidelines import invitations, texts
from guidelines.actions import put_in_force
from guidelines.models import Acknowledgement, DutyRow
from guidelines.people import Person
from guidelines.queries import policy_of, version_in_force
from guidelines.rule_actions import begin_draft, change_policy
from inbox.actions import comments, facts, forwardings, matters, replies, templates
from inbox.actions import waiting as waiting_actions
from inbox.models import Comment, OutsideBody, Reply
from inbox.workflow import ReplyStatus
from notices.models import Notice
from team.models import Membership, Role
from tests import cast
from tests.browser.scene_channels import set_channels, set_hidden, set_long_words
from tests.browser.scene_states import confirmed_link, set_states
from tests.factories import make_comment, make_member
from tests.guidelines.council_texts import FJELLVIK

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"


@dataclass
class Scene:
    """A municipality in the middle of a day: its people, and the ids of what stands on the pages."""

    people: dict[str, Membership]
    ids: dict[str, int]
    links: dict[str, str]


def set_scene() -> Scene:
    """Fill the database with one of everything, through the acts that people use."""
    place, neighbour = cast.meraker(), cast.tydal()
    ola, kari = place.ola, place.kari
    templates.load_defaults(place.municipality)
    soon = timezone.localdate() + timedelta(days=30)
    ids: dict[str, int] = {}

    ids["new"] = make_comment(place.post, f"Når brøytes Stasjonsvegen? {LONG} 🙂", author_name=LONG).pk
    ids["urgent"] = make_comment(place.post, "Det brenner i barnehagen! Ring meg på 918 27 364").pk
    ids["praise"] = sorted_as(make_comment(place.post, "Takk for fin skiløype!"), ["praise"], ola)
    ids["case"] = sorted_as(
        make_comment(place.post, "Jeg vil klage på vedtaket om barnehageplass"), ["case_handling"], ola
    )
    case = Comment.objects.get(pk=ids["case"])
    comments.flag(case, flags=["political", "complaint"], by=ola)
    comments.claim(case, by=ola)
    replies.draft(case, text="Hei. Vi synes dette blir vedtatt. Ring Per Hansen på 918 27 364.", by=ola)
    forwardings.plan(case, to=place.unit, by=ola)  # a complaint: it goes at once
    ids["wrong"] = sorted_as(make_comment(place.post, "Svømmehallen er stengt hele vinteren"), ["factual_error"], ola)
    wrong = Comment.objects.get(pk=ids["wrong"])
    facts.mark_claim(wrong, claim="stengt hele vinteren", by=ola)
    facts.we_were_wrong(wrong, by=ola)
    ids["review"] = sorted_as(make_comment(place.post, "Dette er for dårlig av kommunen"), ["negative"], ola)
    waiting = Comment.objects.get(pk=ids["review"])
    reply = replies.draft(waiting, text="Vi brøyter i natt.", by=ola)
    replies.submit(reply, by=ola)
    replies.send_back(reply, remark="Si når på natta.", by=kari)
    reply = replies.draft(Comment.objects.get(pk=ids["review"]), text="Vi brøyter før kl. 06 i natt.", by=ola)
    replies.submit(reply, by=ola)
    ids["done"] = sorted_as(make_comment(place.post, "Når åpner biblioteket?"), ["neutral"], ola)
    answered = replies.draft(Comment.objects.get(pk=ids["done"]), text="Klokka ti.", by=ola)
    Reply.objects.filter(pk=answered.pk).update(
        status=ReplyStatus.PUBLISHED, external_id="r1", published_at=timezone.now(), approved_by=kari
    )
    comments.end(make_comment(place.post, "VINN EN BIL"), ending="spam", by=ola)

    ids["template"] = templates.create(name="Mal", texts={"nb": "Hei {navn}"}, review_on=soon, by=ola).pk
    ids["fact"] = facts.keep(claim="a", correction="b", source="Budsjett", valid_until=soon, by=ola).pk
    matter = matters.keep(number="41/26", title="Ny barnehage", recommendation="Vedtas.", by=kari)
    ids["matter"], ids["unit"] = matter.pk, place.unit.pk
    body = OutsideBody.objects.create(municipality=place.municipality, name="Brannvesenet", email="post@brann.example")
    ids["body"] = body.pk

    adopted = texts.start_version(texts.Adoption("Retningslinjer"), texts.pasted(FJELLVIK), by=kari)
    put_in_force(adopted, by=kari)
    change_policy(policy_of(place.municipality), by=kari, citizens_may_be_left=True)
    guideline = place.municipality.guideline
    invitations.change_asking(guideline, asks=True, remind_after_days=14, audiences=["employees"], by=kari)
    invitations.invite([Person("Anne Moen", "anne@meraker.example", "employees")], by=kari)
    ids["in_force"] = version_in_force(place.municipality).pk
    draft = begin_draft(version_in_force(place.municipality), by=kari)
    ids["draft"], ids["duty"] = draft.pk, DutyRow.objects.filter(version=draft, code="C4-notice").get().pk

    log.link_now()
    intake.follow(place.municipality.pk)
    record = CaseRecord.objects.get()
    decision = archive_actions.Decision(title=record.proposed_title, public_title=record.proposed_title)
    archive_actions.complete(record, decision, by=place.arne)
    ids |= set_channels(place) | set_hidden(place) | set_long_words(place) | set_states(place)
    later = make_comment(place.post, "Når kommer rapporten?")
    comments.sort(later, sortings=["neutral"], by=ola)
    waiting_actions.wait(later, until=soon, reason="Venter på veg", by=ola)
    ids["later"] = later.pk
    ids["record"], ids["batch"] = record.pk, archive_actions.export([record], by=place.arne).pk
    people = {
        "lead": kari,
        "member": ola,
        "archivist": place.arne,
        "practising": place.mari,
        "reader": make_member(place.municipality, "Rita Leser", Role.READER),
        "neighbour": neighbour.kari,
        "sysadmin": make_member(place.municipality, "Sigrid System", Role.SYSADMIN),
    }
    links = {"confirm": Acknowledgement.objects.get(reader__name="Anne Moen").token, "receipt": receipt_token()}
    links["confirmed"] = confirmed_link(place)
    return Scene(people, ids, links)


def receipt_token() -> str:
    """Return the key to a forwarded question, from the link in the mail to its unit."""
    found = re.search(r"/kvittering/([\w-]+)/", Notice.objects.filter(body__contains="/kvittering/")[0].body)
    assert found
    return found.group(1)


def sorted_as(comment: Comment, sortings: list[str], by: Membership) -> int:
    """Sort a comment and return its id."""
    comments.sort(comment, sortings=sortings, by=by)
    return comment.pk
