"""One life of each kind, in which every act is killed at each of its statements in turn before it is let through."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from archive import actions, intake, receipt_actions
from archive.actions import Decision
from archive.models import CaseRecord, ExportBatch, SentMessage
from archive.receipts import Receipt, Refusal
from inbox import forwarding as outdoor
from inbox import intake as in_door
from inbox.actions import bulk, comments, forwardings, joint, replies, sealing, too_long, unclear, undo, waiting
from inbox.models import Comment, Forwarding, Reply
from tests.factories import make_item
from tests.machines.comments import CommentMachine
from tests.machines.forwardings import ForwardingMachine
from tests.machines.machine import HouseMachine, fetch
from tests.machines.records import RecordMachine
from tests.machines.replies import LONG, ReplyMachine

Act = Callable[[], object]


def every_act(stride: int = 1) -> int:
    """Kill every act of a person at each `stride`-th statement; returns how many times something was killed.

    Each time nothing may be left behind, and in the end the act must be done.
    """
    killed = 0
    for machine, life in LIVES:
        lived = machine()
        try:
            for act in life(lived):
                killed += lived.killed_everywhere(act, stride)
                lived.all_is_as_it_must_be()
        finally:
            lived.teardown()
    return killed


def every_work(stride: int = 1) -> int:
    """Kill every worker at each `stride`-th statement, in a new life each time; returns how many times.

    Each time the sweeps must finish what was begun.
    """
    killed = 0
    for machine, prepare, work in WORKS:
        at, survived = 1, False
        while not survived:
            lived = machine()
            try:
                prepare(lived)
                survived = lived.work(work(lived), killed_at=at)
                lived.all_is_as_it_must_be()
            finally:
                lived.teardown()
            killed += not survived
            at += stride
    return killed


def _a_comments_life(life: CommentMachine) -> Iterator[Act]:
    world = life.world
    ola, kari = world.ola, world.kari
    first, second, third = Comment.objects.filter(municipality=world.town).order_by("pk").values_list("pk", flat=True)
    day = timezone.localdate() + timedelta(days=5)
    yield lambda: comments.claim(fetch(Comment, first), by=ola)
    yield lambda: comments.sort(fetch(Comment, first), sortings=["case_handling"], by=ola)
    yield lambda: comments.flag(fetch(Comment, first), flags=["press"], by=ola)
    yield lambda: undo.undo_last(by=ola)
    yield lambda: waiting.wait(fetch(Comment, first), until=day, by=ola)
    yield lambda: waiting.resume(fetch(Comment, first), by=ola)
    yield lambda: comments.assign(fetch(Comment, first), to=kari, by=ola)
    yield lambda: comments.release(fetch(Comment, first), by=kari)
    yield lambda: world.receive(make_item(world.post, "Nytt", external_id=fetch(Comment, first).external_id))
    yield lambda: sealing.seal(fetch(Comment, first), why="child", by=ola)
    yield lambda: world.receive(make_item(world.post, "Nyere", external_id=fetch(Comment, first).external_id))
    yield lambda: sealing.unseal(fetch(Comment, first), reason="Avklart", by=kari)
    yield lambda: comments.end(fetch(Comment, second), ending="spam", by=ola)
    yield lambda: comments.see_ending(fetch(Comment, second), by=kari)
    yield lambda: comments.reopen(fetch(Comment, second), by=kari)
    for pk in (second, third):
        yield lambda pk=pk: comments.sort(fetch(Comment, pk), sortings=["negative"], by=ola)  # type: ignore[misc]
    rows = [second, third]
    yield lambda: bulk.each([fetch(Comment, pk) for pk in rows], joint.Picking(world.post.pk, by=ola))
    yield lambda: joint.take_out(fetch(Comment, third), by=ola)
    yield lambda: _deleted(third)


def _deleted(pk: int) -> None:
    with transaction.atomic():
        in_door.mark_deleted([fetch(Comment, pk)])


def _a_replys_life(life: ReplyMachine) -> Iterator[Act]:
    world = life.world
    ola, kari = world.ola, world.kari

    def reply() -> Reply:
        return fetch(Reply, Reply.objects.filter(comment=life.comment).latest("pk").pk)  # type: ignore[no-any-return]

    yield lambda: replies.draft(fetch(Comment, life.comment.pk), text=LONG, by=ola)
    yield lambda: replies.discard(reply(), by=ola)
    yield lambda: replies.draft(fetch(Comment, life.comment.pk), text=LONG, by=ola)
    yield lambda: too_long.choose(reply(), choice="parts", by=ola)
    yield lambda: replies.choose_place(fetch(Comment, life.comment.pk), place="post", by=ola)
    yield lambda: replies.submit(reply(), by=ola)
    yield lambda: replies.draft(fetch(Comment, life.comment.pk), text=f"{LONG} Hilsen oss.", by=kari)
    yield lambda: replies.send_back(reply(), remark="Kortere", by=kari)
    yield lambda: replies.submit(reply(), by=ola)
    yield lambda: replies.approve(reply(), by=kari)
    yield lambda: replies.recall(reply(), by=kari)
    yield lambda: replies.approve(reply(), by=kari)


def _a_forwardings_life(life: ForwardingMachine) -> Iterator[Act]:
    world = life.world
    ola, (first, second, body) = world.ola, life.recipients

    def forwarding() -> Forwarding:
        return fetch(Forwarding, Forwarding.objects.filter(comment=life.comment).latest("pk").pk)  # type: ignore[no-any-return]

    def comment() -> Comment:
        return fetch(Comment, life.comment.pk)  # type: ignore[no-any-return]

    yield lambda: forwardings.plan(comment(), to=first, by=ola)
    yield lambda: forwardings.plan(comment(), to=second, by=ola)
    yield lambda: forwardings.send(forwarding(), by=ola)
    yield lambda: forwardings.send_again(forwarding(), by=ola)
    yield lambda: forwardings.withdraw(forwarding(), by=ola)
    yield lambda: forwardings.plan(comment(), to=body, by=ola)
    yield lambda: comments.end(comment(), ending="not_to_us", by=ola)
    yield lambda: forwardings.register_receipt(forwarding(), name="Berit", by=ola)
    yield lambda: forwardings.record_answer(forwarding(), answer="Det er oss.", by=ola)


def _a_records_life(life: RecordMachine) -> Iterator[Act]:
    arne, town = life.world.arne, life.world.town
    first, second, _third = CaseRecord.objects.filter(municipality=town).order_by("pk").values_list("pk", flat=True)
    refusal = Receipt(refusal=Refusal("Ugyldig", "1", "Rett det"))

    def decide(choice: str) -> Decision:
        return Decision(title="Brøyting", public_title="Brøyting", answered=True, case_choice=choice)

    def batch() -> ExportBatch:
        return fetch(ExportBatch, ExportBatch.objects.filter(municipality=town).latest("pk").pk)  # type: ignore[no-any-return]

    def message(record: int) -> SentMessage:
        return SentMessage.objects.select_related("record__collecting").get(record=record, kind="opprett")

    yield lambda: actions.complete(fetch(CaseRecord, first), decide("collecting"), by=arne)
    yield lambda: actions.unconfirm(fetch(CaseRecord, first), by=arne)
    yield lambda: actions.complete(fetch(CaseRecord, first), decide("new"), by=arne)
    yield lambda: actions.complete(fetch(CaseRecord, second), decide("collecting"), by=arne)
    yield lambda: actions.export([fetch(CaseRecord, pk) for pk in (first, second)], by=arne)
    yield lambda: actions.cancel(batch(), by=arne)
    yield lambda: actions.try_again(batch(), by=arne)
    intake.follow(town.pk)
    life.work(life.sweep)
    yield lambda: receipt_actions.type_in(message(first), case=(2026, 7), journal=(2026, 1), by=arne)
    yield lambda: receipt_actions.bring_in(refusal, by=arne, message=message(second))
    yield lambda: actions.complete(fetch(CaseRecord, second), decide("new"), by=arne)


LIVES: list[tuple[type[HouseMachine], Callable[..., Iterator[Act]]]] = [
    (CommentMachine, _a_comments_life),
    (ReplyMachine, _a_replys_life),
    (ForwardingMachine, _a_forwardings_life),
    (RecordMachine, _a_records_life),
]


def _let_out(life: ReplyMachine, text: str = "Takk for at du sier fra.") -> None:
    world = life.world
    replies.draft(fetch(Comment, life.comment.pk), text=text, by=world.ola)
    pk = Reply.objects.get(comment=life.comment).pk
    too_long.choose(fetch(Reply, pk), choice="parts" if text == LONG else "", by=world.ola)
    replies.submit(fetch(Reply, pk), by=world.ola)
    replies.approve(fetch(Reply, pk), by=world.kari)
    world.clock.pass_(seconds=30)


def _half_out(life: ReplyMachine) -> None:
    """The first part stands, the second was refused, and a lead wants it taken down."""
    _let_out(life, LONG)
    life.world.platform.next_fates = ["no"]
    life.sweep()
    unclear.take_down(fetch(Reply, Reply.objects.get(comment=life.comment).pk), by=life.world.kari)


def _mailed(life: ForwardingMachine) -> None:
    forwardings.plan(fetch(Comment, life.comment.pk), to=life.recipients[0], by=life.world.ola)
    forwardings.send(Forwarding.objects.get(comment=life.comment), by=life.world.ola)


def _late(life: ForwardingMachine) -> None:
    _mailed(life)
    life.sweep()
    life.world.clock.pass_(days=7)


def _ordered(life: RecordMachine) -> None:
    arne = life.world.arne
    records = list(CaseRecord.objects.filter(municipality=life.world.town).order_by("pk")[:2])
    for record, choice in zip(records, ("new", "collecting"), strict=True):
        decision = Decision(title="Brøyting", public_title="Brøyting", answered=True, case_choice=choice)
        actions.complete(fetch(CaseRecord, record.pk), decision, by=arne)
    actions.export(records, by=arne)


def _news(life: RecordMachine) -> None:
    comment = Comment.objects.filter(municipality=life.world.town).order_by("pk").first()
    assert comment is not None
    life.world.receive(make_item(life.world.post, "Verre nå", external_id=comment.external_id))


WORKS: list[tuple[type[HouseMachine], Callable[..., None], Callable[..., Act]]] = [
    (ReplyMachine, _let_out, lambda life: life.sweep),
    (ReplyMachine, lambda life: _let_out(life, LONG), lambda life: life.sweep),
    (ReplyMachine, _half_out, lambda life: life.take_downs),
    (ForwardingMachine, _mailed, lambda life: life.sweep),
    (ForwardingMachine, _late, lambda _: outdoor.chase),
    (RecordMachine, _ordered, lambda life: life.sweep),
    (RecordMachine, _news, lambda life: lambda: intake.follow(life.world.town.pk)),
]
