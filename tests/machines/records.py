"""The life of archive bases and the exports they go out in: confirmed, packed, handed over, receipted, refused, again.

The packages are the judge: what opens a record goes out once, and again only after the archive has refused it.
Typesetting is left out (one page stands for all); what a document says is tried elsewhere.
"""

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from archive import actions, exporting, intake, receipt_actions, verifying, workflow
from archive.actions import Decision
from archive.models import BatchRecord, CaseRecord, ExportBatch, SentMessage
from archive.receipts import Receipt, Refusal
from archive.typesetting import Typesetter
from archive.workflow import BatchStatus, RecordStatus
from files import store
from inbox import erasing
from inbox import intake as in_door
from inbox.actions import comments
from inbox.models import Comment
from tests.factories import make_item
from tests.machines.machine import HouseMachine, Move, fetch, way

UNSENT = {RecordStatus.PROPOSED, RecordStatus.CONFIRMED, RecordStatus.ERASED}
UNDER_WAY = {BatchStatus.WAITING, BatchStatus.RUNNING}
Answer = SentMessage.Answer
people = st.sampled_from(["arne", "arne", "arne", "arne", "ola"])
_compile = Typesetter._compile
_put = store.put


@cache
def _page_of(name: str) -> list[bytes]:
    return []


def _one_page(self: Typesetter, name: str, data: object, made_at: Any = None) -> bytes:
    """Set the first document of each template, and give its page for all others."""
    page = _page_of(name)
    if not page:
        page.append(_compile(self, name, data, made_at))
    return page[0]


class RecordMachine(HouseMachine):
    """Three archive bases of one municipality, and the exports that an archivist orders of them."""

    made = frozenset(f"record.{move.name}" for move in workflow.RECORD) | frozenset(
        f"batch.{move.name}" for move in workflow.BATCH
    )

    def begin(self) -> None:
        self.meanwhile: Callable[[], None] | None = None
        self.world.stands_in("archive.typesetting.Typesetter._compile", _one_page)
        self.world.stands_in("files.store.put", self.put)
        for text in ("Jeg klager på brøytingen", "Hull i vegen", "Søknad om skjenking"):
            comment = self.world.comment(text)
            comments.sort(comment, sortings=["negative", "case_handling"], by=self.world.ola)
        intake.follow(self.world.town.pk)

    def put(self, *arguments: Any, **more: Any) -> Any:
        """Store a package; `meanwhile` happens while the worker is held up before that."""
        held_up, self.meanwhile = self.meanwhile, None
        if held_up:
            held_up()
        return _put(*arguments, **more)

    def does(
        self, model: Any, data: Any, killed_at: int, act: Callable[..., object], *moves: Move, **more: object
    ) -> None:
        """Let somebody do the act to a record or an export, if there is one."""
        pk, by = self.one_of(model, data, *moves), getattr(self.world, data.draw(people))
        if pk is not None:
            self.act(lambda: act(fetch(model, pk), by=by, **more), killed_at=killed_at)

    @way(workflow.COMPLETE)
    def confirm(self, data: Any, killed_at: int) -> None:
        choice = data.draw(st.sampled_from(["new", "new", "collecting", "existing", "together"]))
        other = self.one_of(CaseRecord, data)
        decision = Decision(
            title="Brøyting",
            public_title="Brøyting",
            answered=True,
            case_choice=choice,
            case=(2026, 1187) if choice == "existing" else None,
            together_with=fetch(CaseRecord, other) if choice == "together" else None,
        )
        self.does(CaseRecord, data, killed_at, lambda record, by: actions.complete(record, decision, by=by),
                  workflow.COMPLETE)  # fmt: skip

    @way(workflow.UNCONFIRM)
    def take_back(self, data: Any, killed_at: int) -> None:
        self.does(CaseRecord, data, killed_at, actions.unconfirm, workflow.UNCONFIRM)

    @way(workflow.EXPORT)
    def order(self, data: Any, killed_at: int) -> None:
        chosen = {self.one_of(CaseRecord, data, workflow.EXPORT) for _ in range(data.draw(st.integers(1, 3)))}
        by = getattr(self.world, data.draw(people))
        self.act(lambda: actions.export([fetch(CaseRecord, pk) for pk in chosen], by=by), killed_at=killed_at)

    @way(workflow.CANCEL)
    def cancel(self, data: Any, killed_at: int) -> None:
        self.does(ExportBatch, data, killed_at, actions.cancel, workflow.CANCEL)

    @way(workflow.TRY_AGAIN)
    def try_again(self, data: Any, killed_at: int) -> None:
        self.does(ExportBatch, data, killed_at, actions.try_again, workflow.TRY_AGAIN)

    @way(workflow.BEGIN)
    def a_worker_packs(self, data: Any, killed_at: int) -> None:
        self.work(self.sweep, killed_at=killed_at * data.draw(st.integers(1, 6)))

    @way(workflow.BEGIN)
    def a_worker_is_held_up_past_its_lease(self, data: Any, killed_at: int) -> None:
        """Another one packs the export; then the first goes on where it was."""

        def meanwhile() -> None:
            self.world.let_leases_end()
            self.work(self.sweep)

        self.meanwhile = meanwhile
        self.work(self.sweep)
        self.meanwhile = None

    @way(workflow.BEGIN)
    def somebody_asks_to_stop_while_it_is_packed(self, data: Any, killed_at: int) -> None:
        self.meanwhile = lambda: self.cancel(data, 0)
        self.work(self.sweep, killed_at=killed_at)
        self.meanwhile = None

    @way(workflow.FINISH)
    def time_passes(self, data: Any, killed_at: int) -> None:
        self.world.let_leases_end()

    @way(workflow.RECEIPT, workflow.REJECT)
    def the_archive_answers(self, data: Any, killed_at: int) -> None:
        pks = list(SentMessage.objects.filter(municipality=self.world.town).values_list("pk", flat=True))
        if not pks:
            return
        pk, by = data.draw(st.sampled_from(pks)), getattr(self.world, data.draw(people))
        refused = data.draw(st.sampled_from([False, False, True]))
        refusal = Receipt(refusal=Refusal("Ugyldig", "1", "Rett det"))

        def answer() -> None:
            message = SentMessage.objects.select_related("record__collecting", "record__together_with").get(pk=pk)
            if refused:
                receipt_actions.bring_in(refusal, by=by, message=message)
            else:
                receipt_actions.type_in(message, case=(2026, 7), journal=(2026, pk), by=by)

        self.act(answer, killed_at=killed_at)

    @way(workflow.ALLOW_ERASING)
    def allow_erasing(self, data: Any, killed_at: int) -> None:
        reason = data.draw(st.sampled_from(["Gjelder ikke kommunen", "Gjelder ikke kommunen", "Nei"]))
        self.does(CaseRecord, data, killed_at, actions.allow_erasing, workflow.ALLOW_ERASING, reason=reason)

    @way(workflow.KEEP_AFTER_ALL)
    def keep_after_all(self, data: Any, killed_at: int) -> None:
        self.does(CaseRecord, data, killed_at, actions.keep_after_all, workflow.KEEP_AFTER_ALL)

    @way(workflow.ERASE)
    def the_lead_erases(self, data: Any, killed_at: int) -> None:
        """Nobody will answer the comment, and its words go, where nobody must keep them."""
        record = fetch(CaseRecord, self.one_of(CaseRecord, data, workflow.ERASE))
        ends = data.draw(st.sampled_from(["spam", "not_to_us", "deleted_by_sender"]))
        self.act(lambda: comments.end(fetch(Comment, record.comment_id), ending=ends, by=self.world.kari))
        self.follow(data, 0)
        by = self.world.kari
        self.act(lambda: erasing.erase(fetch(Comment, record.comment_id), ground="request", by=by), killed_at=killed_at)

    @way()
    def the_sender_edits_and_the_archive_hears_it(self, data: Any, killed_at: int) -> None:
        comment = fetch(Comment, self.one_of(Comment, data))
        text = data.draw(st.sampled_from(["Det er verre nå", "Takk, ordnet"]))
        self.world.receive(make_item(self.world.post, text, external_id=comment.external_id))
        self.follow(data, killed_at)

    @way()
    def the_sender_deletes(self, data: Any, killed_at: int) -> None:
        pk = self.one_of(Comment, data)
        with transaction.atomic():
            in_door.mark_deleted([fetch(Comment, pk)])
        self.known = ""

    @way()
    def follow(self, data: Any, killed_at: int) -> None:
        self.work(lambda: intake.follow(self.world.town.pk), killed_at=killed_at)

    def sweep(self) -> None:
        """Do what the sweep would queue of this municipality."""
        for pk in exporting.due_batches():
            if ExportBatch.objects.filter(pk=pk, municipality=self.world.town).exists():
                exporting.pack(pk)

    def recover(self) -> None:
        for _ in range(2):
            self.world.let_leases_end()
            self.work(lambda: intake.follow(self.world.town.pk))
            self.work(self.sweep)

    def judge(self) -> None:
        town = self.world.town
        messages = list(SentMessage.objects.filter(municipality=town).values("key", "answer", "record", "batch"))
        out = Counter(one["key"] for one in messages)
        refused = Counter(one["key"] for one in messages if one["answer"] == Answer.FAILED)
        again = [key for key, times in out.items() if times > refused[key] + 1]
        assert not again, f"went out more than once: {again}"
        ready = set(
            ExportBatch.objects.filter(municipality=town, status=BatchStatus.READY).values_list("pk", flat=True)
        )
        assert {one["batch"] for one in messages} <= ready, "a message is out of an export that is not ready"
        under_way = BatchRecord.objects.filter(batch__municipality=town, batch__status__in=UNDER_WAY, problem="")
        twice = [pk for pk, times in Counter(under_way.values_list("record", flat=True)).items() if times > 1]
        assert not twice, f"in two exports at once: {twice}"
        for pk, status in CaseRecord.objects.filter(municipality=town).values_list("pk", "status"):
            self.judge_record(pk, status, [one for one in messages if one["record"] == pk])

    def judge_record(self, pk: int, status: str, messages: list[dict[str, Any]]) -> None:
        """A record is where its messages and their answers say."""
        answers = {one["answer"] for one in messages}
        good = {one["key"] for one in messages if one["answer"] != Answer.FAILED}
        refused = {one["key"] for one in messages} - good
        where = f"record {pk} is {status}, and its messages were answered {sorted(answers)}"
        assert (status in UNSENT) or messages, where
        if status == RecordStatus.RECEIPTED:
            assert not refused, where
        if status == RecordStatus.FAILED:
            assert Answer.FAILED in answers, where
        if status in {RecordStatus.PROPOSED, RecordStatus.CONFIRMED}:
            assert not messages or refused, f"{where}: nothing of it was refused, and it can go out again"

    def judge_erased(self) -> None:
        """Of a record that was erased nothing of what people wrote is kept, and its comment is erased with it."""
        for record in CaseRecord.objects.filter(municipality=self.world.town, status=RecordStatus.ERASED):
            kept = [record.author_name, record.title, *record.versions.values_list("text", flat=True)]
            assert not any(kept), f"record {record.pk} is erased and holds {kept}"
            assert fetch(Comment, record.comment_id).text == "", f"record {record.pk} is erased, its comment is not"

    def judge_the_end(self) -> None:
        self.judge_erased()
        batches = ExportBatch.objects.filter(municipality=self.world.town)
        assert not batches.filter(status__in=UNDER_WAY).exists(), "an export was never finished"
        assert list(verifying.problems_of(self.world.town)) == []
        out = Counter(key for batch in batches.filter(status=BatchStatus.READY) for key in _keys_in(batch))
        failed = SentMessage.objects.filter(municipality=self.world.town, answer=Answer.FAILED)
        refused = Counter(failed.values_list("key", flat=True))
        again = [key for key, times in out.items() if times > refused[key] + 1]
        assert not again, f"stands in more packages than it was refused: {again}"


def _keys_in(batch: ExportBatch) -> list[str]:
    """Return the keys of the messages in the package itself."""
    assert batch.package is not None
    with store.open_stored(batch.package) as file, zipfile.ZipFile(file) as package:
        return [one["key"] for one in json.loads(package.read("manifest.json"))["messages"]]
