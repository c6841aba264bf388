"""Every page a person can open, with something on it. Add a line to PAGES for each new page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
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
from inbox.models import Comment, OutsideBody, Reply
from inbox.workflow import ReplyStatus
from team.models import Membership, Role
from tests import cast
from tests.factories import make_comment, make_member
from tests.guidelines.council_texts import FJELLVIK

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"


@dataclass
class Scene:
    """A municipality in the middle of a day: its people, and the ids of what stands on the pages."""

    people: dict[str, Membership]
    ids: dict[str, int]
    confirm: str


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
    OutsideBody.objects.create(municipality=place.municipality, name="Brannvesenet", email="post@brann.example")

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
    archive_actions.complete(
        record,
        title=record.proposed_title,
        public_title=record.proposed_title,
        class_code="Q12",
        shield=False,
        shield_basis="",
        by=place.arne,
    )
    ids["record"], ids["batch"] = record.pk, archive_actions.export([record], by=place.arne).pk
    people = {
        "lead": kari,
        "member": ola,
        "archivist": place.arne,
        "reader": make_member(place.municipality, "Rita Leser", Role.READER),
        "neighbour": neighbour.kari,
    }
    return Scene(people, ids, Acknowledgement.objects.values_list("token", flat=True)[0])


def sorted_as(comment: Comment, sortings: list[str], by: Membership) -> int:
    """Sort a comment and return its id."""
    comments.sort(comment, sortings=sortings, by=by)
    return comment.pk


Address = Callable[[Scene], str]


def plain(name: str, query: str = "", **kwargs: str) -> Address:
    """An address without a thing in it."""
    return lambda scene: reverse(name, kwargs=kwargs) + query


def of(name: str, thing: str, query: str = "") -> Address:
    """An address of a thing in the scene."""
    return lambda scene: reverse(name, args=[scene.ids[thing]]) + query.format(**scene.ids)


def chosen(tab: str, thing: str, query: str = "") -> Address:
    """A tab of the queue with a thing in the reading pane."""
    return lambda scene: f"{reverse('inbox:queue', args=[tab])}?valgt={scene.ids[thing]}" + query.format(**scene.ids)


QUEUE = ["skal-besvares", "mine", "til-godkjenning", "venter", "ferdig"]
# What it is called among the pictures: its address. By who opens it; "nobody" is not signed in.
PAGES: dict[str, dict[str, Address]] = {
    "member": {
        "queue-new": chosen("nye", "new"),
        "queue-urgent": chosen("nye", "urgent"),
        "queue-strip-praise": chosen("nye", "praise", "&sortert={praise}"),
        "queue-strip-wrong": chosen("nye", "wrong", "&sortert={wrong}"),
        **{f"queue-{tab}": plain("inbox:queue", tab=tab) for tab in QUEUE},
        **{f"comment-{one}": of("inbox:comment", one) for one in ("new", "urgent", "case", "wrong", "review", "done")},
        "templates": plain("inbox:templates"),
        "template": of("inbox:template", "template"),
        "facts": plain("inbox:facts"),
        "facts-for-a-comment": of("inbox:comment", "wrong"),
        "enter": plain("inbox:enter"),
        "tasks": plain("inbox:tasks"),
        "receipts": plain("inbox:receipts"),
        "settings": plain("team:settings"),
    },
    "lead": {
        "review-list": plain("inbox:review"),
        "review": of("inbox:comment", "review"),
        "review-editing": of("inbox:comment", "review", "?rediger=1"),
        "spam": plain("inbox:spam"),
        "template-of-a-lead": of("inbox:template", "template"),
        "template-new": plain("inbox:template_new"),
        "fact-new": plain("inbox:fact_new"),
        "fact": of("inbox:fact", "fact"),
        "matters": plain("inbox:matters"),
        "matter-new": plain("inbox:matter_new"),
        "matter": of("inbox:matter", "matter"),
        "recipients": plain("inbox:recipients"),
        "recipient": lambda scene: reverse("inbox:recipient", args=["enhet", scene.ids["unit"]]),
        "recipient-new": plain("inbox:add_body"),
        "own-details": plain("inbox:own_details"),
        "mail-out": plain("notices:list"),
        "settings-of-a-lead": plain("team:settings"),
        "municipality": plain("team:municipality"),
        "guideline": plain("guidelines:reader"),
        "policy": plain("guidelines:policy"),
        "compare": plain("guidelines:compare"),
        "versions": plain("guidelines:versions"),
        "version-new": plain("guidelines:new_version"),
        "draft-text": of("guidelines:edit_text", "draft"),
        "put-in-force": of("guidelines:put_in_force", "draft"),
        "delete-draft": of("guidelines:delete_draft", "draft"),
        "duties": of("guidelines:rules", "in_force"),
        "duties-of-a-draft": of("guidelines:rules", "draft"),
        "duty": of("guidelines:duty", "duty"),
        "duty-new": of("guidelines:new_duty", "draft"),
        "try": of("inbox:try_version", "draft"),
        "readers": plain("guidelines:readers"),
    },
    "archivist": {
        "archive": plain("archive:list"),
        "archive-confirmed": plain("archive:list", tab="bekreftet"),
        "record": of("archive:record", "record"),
        "exports": plain("archive:exports"),
        "export": of("archive:batch", "batch"),
        "version-of-a-record": of("guidelines:version", "in_force"),
    },
    "reader": {"guideline-of-a-reader": plain("guidelines:reader")},
    "neighbour": {"guideline-without-its-text": plain("guidelines:reader"), "queue-empty": plain("inbox:queue")},
    "nobody": {
        "sign-in": plain("account_login"),
        "password-forgotten": plain("account_reset_password"),
        "read-and-confirm": lambda scene: reverse("guidelines:confirm", args=[scene.confirm]),
    },
}
