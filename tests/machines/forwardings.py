"""The life of a question that belongs to somebody else: planned, mailed, chased, received, answered, withdrawn.

The letterbox is the judge: one sending of one forwarding is one Message-ID, and what arrived clearly never comes again.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from inbox import forwarding as outdoor
from inbox import workflow
from inbox.actions import comments, forwardings
from inbox.models import Comment, Forwarding, token_hash
from inbox.models.forwarding import OutsideBody
from inbox.workflow import ForwardingStatus
from notices import actions as mail
from notices import sending
from notices import workflow as notices_workflow
from notices.models import Notice
from notices.workflow import NoticeStatus
from tests.machines.machine import HouseMachine, Move, fetch, people, way
from tests.machines.world import Letterbox

LEFT = {NoticeStatus.WAITING, NoticeStatus.SENDING}
ROUNDS = 60  # two days, the later waits an hour long


class ForwardingMachine(HouseMachine):
    """One comment, two units, a body outside, and a mail server that does what mail servers do."""

    made = frozenset(
        f"forwarding.{name}"
        for name in (
            "change_recipient", "forward", "forward_again", "chase", "receive", "record_answer", "withdraw",
        )
    ) | frozenset(
        f"notice.{name}"
        for name in ("start", "postpone", "deliver", "refuse", "give_up", "arrived", "send_again", "cancel")
    )  # fmt: skip

    def begin(self) -> None:
        self.comment = self.world.comment("Hvem har ansvar for lekeplassen?")
        comments.sort(self.comment, sortings=["neutral"], addressed_to_us=False, by=self.world.ola)
        body = OutsideBody.objects.create(
            municipality=self.world.town, name="Brannvesenet", email="post@brann.example", legal_basis="Fvl. § 11"
        )
        self.settled: dict[str, int] = {}  # by Message-ID: how often it had come when it was settled
        self.recipients = [*self.world.units, body]

    def does(self, data: Any, killed_at: int, act: Callable[..., object], *moves: Move, **more: object) -> None:
        """Let somebody do the act to a forwarding, if there is one."""
        pk, by = self.one_of(Forwarding, data, *moves), getattr(self.world, data.draw(people))
        if pk is not None:
            self.act(lambda: act(fetch(Forwarding, pk), by=by, **more), killed_at=killed_at)

    @way()
    def plan(self, data: Any, killed_at: int) -> None:
        to, by = data.draw(st.sampled_from([*self.recipients, None])), getattr(self.world, data.draw(people))
        self.act(lambda: forwardings.plan(fetch(Comment, self.comment.pk), to=to, by=by), killed_at=killed_at)

    @way(workflow.FORWARD)
    def send(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, forwardings.send, workflow.FORWARD)

    @way(workflow.FORWARD_AGAIN)
    def send_again(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, forwardings.send_again, workflow.FORWARD_AGAIN)

    @way(workflow.WITHDRAW)
    def withdraw(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, forwardings.withdraw, workflow.WITHDRAW)

    @way(workflow.RECEIVE)
    def a_colleague_notes_the_receipt(self, data: Any, killed_at: int) -> None:
        name = data.draw(st.sampled_from(["Berit", "Berit", " "]))
        self.does(data, killed_at, forwardings.register_receipt, workflow.RECEIVE, name=name)

    @way(workflow.RECEIVE)
    def the_recipient_opens_the_link(self, data: Any, killed_at: int) -> None:
        """Any link that ever arrived; those that are dead are known by none."""
        links = sorted(self.world.letterbox.links.values())
        if not links:
            return
        hashed = token_hash(data.draw(st.sampled_from(links)))

        def open_link() -> None:
            found = Forwarding.objects.filter(token_hash=hashed).first()
            if found is not None:
                forwardings.register_receipt(fetch(Forwarding, found.pk), name="Berit")

        self.act(open_link, killed_at=killed_at)

    @way(workflow.RECORD_ANSWER)
    def record_answer(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, forwardings.record_answer, workflow.RECORD_ANSWER, answer="Det er oss.")

    @way(workflow.CHASE)
    def days_pass_and_the_leads_are_told(self, data: Any, killed_at: int) -> None:
        self.world.clock.pass_(days=data.draw(st.integers(1, 7)))
        self.work(outdoor.chase, killed_at=killed_at)

    @way(workflow.END)
    def end(self, data: Any, killed_at: int) -> None:
        by = getattr(self.world, data.draw(people))
        self.act(lambda: comments.end(fetch(Comment, self.comment.pk), ending="not_to_us", by=by), killed_at=killed_at)

    @way(workflow.FLAG)
    def flag(self, data: Any, killed_at: int) -> None:
        by, flags = getattr(self.world, data.draw(people)), data.draw(st.sampled_from([["complaint"], ["press"], []]))
        self.act(lambda: comments.flag(fetch(Comment, self.comment.pk), flags=flags, by=by), killed_at=killed_at)

    @way(workflow.REOPEN)
    def open_again(self, data: Any, killed_at: int) -> None:
        by = getattr(self.world, data.draw(people))
        self.act(lambda: comments.reopen(fetch(Comment, self.comment.pk), by=by), killed_at=killed_at)

    @way(notices_workflow.START)
    def a_worker_sends_the_mail(self, data: Any, killed_at: int) -> None:
        self.world.clock.pass_(seconds=data.draw(st.sampled_from([1, 120, 4000])))
        self.world.letterbox.fate = data.draw(st.sampled_from(Letterbox.FATES))
        self.work(self.sweep, killed_at=killed_at)
        self.world.letterbox.fate = "well"

    @way(notices_workflow.START)
    def the_line_dies_every_time(self, data: Any, killed_at: int) -> None:
        for _ in range(sending.UNCLEAR_ATTEMPTS):
            self.world.clock.pass_(seconds=4000)
            self.world.letterbox.fate = data.draw(st.sampled_from(["arrived, line dead", "not arrived, line dead"]))
            self.work(self.sweep, killed_at=killed_at)
            self.world.letterbox.fate = "well"

    @way(notices_workflow.SEND_AGAIN, notices_workflow.ARRIVED)
    def a_lead_settles_a_mail(self, data: Any, killed_at: int) -> None:
        """A person asks the recipient: it arrived, or it is sent again, or given up."""
        pk = self.one_of(Notice, data, notices_workflow.SEND_AGAIN)
        if pk is None:
            return
        notice = Notice.objects.get(pk=pk)
        act = mail.settle_arrived if notice.message_id in self.world.letterbox.arrived else mail.send_again
        self.act(lambda: act(Notice.objects.get(pk=pk), by=self.world.kari), killed_at=killed_at)

    @way(notices_workflow.CANCEL)
    def cancel_a_mail(self, data: Any, killed_at: int) -> None:
        pk = self.one_of(Notice, data, notices_workflow.CANCEL)
        if pk is not None:
            self.act(lambda: mail.cancel(Notice.objects.get(pk=pk), by=self.world.kari), killed_at=killed_at)

    def sweep(self) -> None:
        """Do what the sweep would queue of this municipality."""
        for pk in sending.due_notices():
            if Notice.objects.filter(pk=pk, municipality=self.world.town).exists():
                sending.send(pk)

    def recover(self) -> None:
        self.world.clock.pass_(days=7)
        self.work(outdoor.chase)
        for _ in range(ROUNDS):
            if not Notice.objects.filter(municipality=self.world.town, status__in=LEFT).exists():
                return
            self.world.let_leases_end()
            self.world.clock.pass_(hours=1)
            self.work(self.sweep)

    def judge(self) -> None:
        """What is said to be sent never comes again; a worker that died may have sent it, under one Message-ID."""
        arrived = Counter(self.world.letterbox.arrived)
        notices = Notice.objects.filter(municipality=self.world.town)
        for key in notices.filter(status=NoticeStatus.SENT).values_list("message_id", flat=True):
            was = self.settled.setdefault(key, arrived[key])
            assert arrived[key] == was, f"mail {key} was sent again though it was settled"
        foreign = arrived.keys() - set(notices.values_list("message_id", flat=True))
        assert not foreign, f"came under another name: {foreign}"
        sent = Counter(notices.filter(kind="forwarding.send").values_list("to", flat=True))
        rows = Forwarding.objects.filter(comment=self.comment)
        sendings = sum(rows.values_list("sendings", flat=True))
        assert sendings == sent.total(), f"{sendings} sendings and {sent.total()} mails: {sent}"
        for one in rows:
            assert (one.status == ForwardingStatus.PLANNED) <= (one.sendings == 0), f"{one} is planned and was sent"

    def judge_the_end(self) -> None:
        left = Notice.objects.filter(municipality=self.world.town, status__in=LEFT)
        assert not left.exists(), f"a mail was never settled: {list(left.values_list('pk', 'status'))}"
        arrived = set(self.world.letterbox.arrived)
        for notice in Notice.objects.filter(municipality=self.world.town, status=NoticeStatus.SENT):
            assert notice.message_id in arrived, f"mail {notice.pk} is said to be sent and never came"
