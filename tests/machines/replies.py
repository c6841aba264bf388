"""The life of a reply: drafted, reviewed, approved, taken back, published by workers that die, settled by a person.

The platform's book is the judge: no key stands there twice, and what stands there is never said not to.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hypothesis import strategies as st

from inbox import publishing, taking_down, workflow
from inbox.actions import comments, replies, too_long, unclear
from inbox.models import Channel, Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from tests.machines.machine import HouseMachine, Move, fetch, people, way
from tests.machines.world import Platform

LONG = " ".join(f"Setning nummer {number} om brøyting av kommunale veger i vinter." for number in range(14))
TEXTS = ["Takk for at du sier fra.", "Vi brøyter i natt.", "", LONG]
LEFT = {ReplyStatus.APPROVED, ReplyStatus.PUBLISHING, ReplyStatus.TAKING_DOWN}
STANDS = {ReplyStatus.PUBLISHED, ReplyStatus.UNCLEAR, ReplyStatus.TAKING_DOWN, *LEFT}
ROUNDS = 12  # three attempts and a part or two, each after a lease


class ReplyMachine(HouseMachine):
    """One sorted comment and the replies to it, with two workers on a platform that does what platforms do."""

    made = frozenset(
        f"reply.{name}"
        for name in (
            "save", "submit", "place", "edit_in_review", "send_back", "approve", "recall", "start", "postpone",
            "next_part", "publish", "give_up", "halt", "refuse", "found", "found_part", "take_down", "taken_down",
            "still_stands", "send_again", "rework", "discard",
        )
    ) | {f"comment.{name}" for name in ("hand_in", "take_back", "let_out", "call_back", "answered")}  # fmt: skip

    def begin(self) -> None:
        self.comment = self.world.comment("Når brøytes det?")
        comments.sort(self.comment, sortings=["praise"], by=self.world.ola)

    def does(self, data: Any, killed_at: int, act: Callable[..., object], *moves: Move, **more: object) -> None:
        """Let somebody do the act to a reply, if there is one."""
        pk, by = self.one_of(Reply, data, *moves), getattr(self.world, data.draw(people))
        if pk is not None:
            self.act(lambda: act(fetch(Reply, pk), by=by, **more), killed_at=killed_at)

    def on_comment(self, data: Any, killed_at: int, act: Callable[..., object], **more: object) -> None:
        by = getattr(self.world, data.draw(people))
        self.act(lambda: act(fetch(Comment, self.comment.pk), by=by, **more), killed_at=killed_at)

    @way(workflow.HAND_IN)
    def draft(self, data: Any, killed_at: int) -> None:
        base = data.draw(st.sampled_from([None, None, 0]))
        text = data.draw(st.sampled_from(TEXTS))
        self.on_comment(data, killed_at, replies.draft, text=text, base_version=base)

    @way(workflow.EDIT_IN_REVIEW)
    def edit_in_review(self, data: Any, killed_at: int) -> None:
        self.on_comment(data, killed_at, replies.draft, text=data.draw(st.sampled_from(TEXTS)))

    @way(workflow.SUBMIT)
    def submit(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, replies.submit, workflow.SUBMIT)

    @way(workflow.APPROVE)
    def approve(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, replies.approve, workflow.APPROVE)

    @way(workflow.SEND_BACK)
    def send_back(self, data: Any, killed_at: int) -> None:
        remark = data.draw(st.sampled_from(["Kortere, takk.", "Nei.", " "]))
        self.does(data, killed_at, replies.send_back, workflow.SEND_BACK, remark=remark)

    @way(workflow.RECALL)
    def recall(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, replies.recall, workflow.RECALL)

    @way(workflow.REWORK)
    def rework(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, replies.rework, workflow.REWORK)

    @way(workflow.DISCARD)
    def discard(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, replies.discard, workflow.DISCARD)

    @way(workflow.PLACE)
    def choose_place(self, data: Any, killed_at: int) -> None:
        self.on_comment(data, killed_at, replies.choose_place, place=data.draw(st.sampled_from(["", "post", "her"])))

    @way(workflow.SAVE)
    def choose_parts(self, data: Any, killed_at: int) -> None:
        choice = data.draw(st.sampled_from(["parts", "parts", "short", ""]))
        self.does(data, killed_at, too_long.choose, workflow.SAVE, choice=choice)

    @way(workflow.HAND_IN)
    def a_reply_is_let_out(self, data: Any, killed_at: int) -> None:
        """The usual way in one step, whole or in parts, so that many lives come as far as the platform."""
        world, text = self.world, data.draw(st.sampled_from([TEXTS[0], TEXTS[1], LONG]))
        self.act(lambda: replies.draft(fetch(Comment, self.comment.pk), text=text, by=world.ola))
        pk = Reply.objects.filter(comment=self.comment).latest("pk").pk
        self.act(lambda: too_long.choose(fetch(Reply, pk), choice="parts" if text == LONG else "", by=world.ola))
        self.act(lambda: replies.submit(fetch(Reply, pk), by=world.ola))
        self.act(lambda: replies.approve(fetch(Reply, pk), by=world.kari), killed_at=killed_at)

    @way(workflow.REOPEN)
    def open_again(self, data: Any, killed_at: int) -> None:
        self.on_comment(data, killed_at, comments.reopen)

    @way()
    def time_passes(self, data: Any, killed_at: int) -> None:
        self.world.clock.pass_(seconds=data.draw(st.sampled_from([5, 70, 200])))

    @way(workflow.START)
    def the_channel_is_well_again(self, data: Any = None, killed_at: int = 0) -> None:
        """What a lead does to it is no reply's matter: here it comes back by itself."""
        Channel.objects.filter(pk=self.world.channel.pk).update(problem="", problem_since=None, reply_problem="")
        waiting = Reply.objects.filter(comment=self.comment, status=ReplyStatus.APPROVED)
        waiting.update(publish_after=self.world.clock.now())
        self.known = ""

    @way(workflow.START)
    def a_worker_publishes(self, data: Any, killed_at: int) -> None:
        self.world.clock.pass_(seconds=data.draw(st.sampled_from([25, 200])))
        with self.fated(data, ["well", *Platform.FATES], then=["no", "busy", "written, answer lost"]):
            self.work(self.sweep, killed_at=killed_at)

    @way(workflow.START)
    def the_platform_loses_every_answer(self, data: Any, killed_at: int) -> None:
        """Three attempts that nobody hears of: then it is a person's."""
        fate = data.draw(st.sampled_from(["written, answer lost", "not written, answer lost"]))
        with self.fated(data, [fate, "well"], then=[fate]):
            self.work(self.sweep)
        self.world.platform.hides = True
        for _ in range(publishing.ATTEMPTS):
            self.world.let_leases_end()
            with self.fated(data, ["not written, answer lost"]):
                self.work(self.sweep, killed_at=killed_at)
        self.world.platform.hides = False

    @way(workflow.START)
    def a_worker_is_held_up_past_its_lease(self, data: Any, killed_at: int) -> None:
        """Another one takes the reply over and publishes it; then the first goes on where it was."""

        def meanwhile() -> None:
            self.world.let_leases_end()
            self.work(self.sweep)

        self.world.clock.pass_(seconds=25)
        self.world.platform.before_call = meanwhile
        with self.fated(data, Platform.FATES):
            self.work(self.sweep)
        self.world.platform.before_call = None

    @way(workflow.FOUND, workflow.SEND_AGAIN)
    def a_lead_settles_what_is_unclear(self, data: Any, killed_at: int) -> None:
        """A person looks at the platform: it stands there, or it is sent again."""
        pk = self.one_of(Reply, data, workflow.FOUND)
        if pk is None:
            return
        piece = publishing.next_piece(fetch(Reply, pk), self.world.platform.capabilities)
        self.world.clock.pass_(seconds=60)
        there = next((one for one in self.world.platform.standing if one.key == piece.key), None)
        link = f"https://social.example/{there.external_id}" if there else ""
        by = self.world.kari
        if there is None:
            self.act(lambda: unclear.send_again(fetch(Reply, pk), by=by), killed_at=killed_at)
        else:
            self.act(lambda: unclear.settle_found(fetch(Reply, pk), permalink=link, by=by), killed_at=killed_at)

    @way(workflow.TAKE_DOWN)
    def take_down(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, unclear.take_down, workflow.TAKE_DOWN)

    @way(workflow.TAKEN_DOWN)
    def a_worker_takes_down(self, data: Any, killed_at: int) -> None:
        with self.fated(data, ["well", "well", "busy", "no", "killed"]):
            self.work(self.take_downs, killed_at=killed_at)

    @contextmanager
    def fated(self, data: Any, fates: Sequence[str], *, then: Sequence[str] = ()) -> Iterator[None]:
        """Let the next call that writes end so, and perhaps the one after it, which sends the next part."""
        platform = self.world.platform
        platform.fate = data.draw(st.sampled_from(fates))
        platform.next_fates = data.draw(st.sampled_from([[], *([one] for one in then)]))
        yield
        platform.fate, platform.next_fates = "well", []

    def sweep(self) -> None:
        """Do what the sweep would queue of this municipality."""
        for pk in publishing.due_replies():
            if Reply.objects.filter(pk=pk, municipality=self.world.town).exists():
                publishing.publish(pk)

    def take_downs(self) -> None:
        for pk in taking_down.due_takings_down():
            if Reply.objects.filter(pk=pk, municipality=self.world.town).exists():
                taking_down.take_down(pk)

    def recover(self) -> None:
        self.the_channel_is_well_again()
        for _ in range(ROUNDS):
            if not Reply.objects.filter(comment=self.comment, status__in=LEFT).exists():
                return
            self.world.let_leases_end()
            self.work(self.sweep)
            self.work(self.take_downs)

    def judge(self) -> None:
        book = self.world.platform.standing
        doubled = [key for key, times in Counter(one.key for one in book).items() if times > 1]
        assert not doubled, f"published more than once: {doubled}"
        keys = {one.key for one in book}
        for reply in Reply.objects.filter(comment=self.comment).prefetch_related("parts"):
            ours = {str(reply.key), *(str(part.key) for part in reply.parts.all())}
            if reply.status == ReplyStatus.PUBLISHED:
                assert ours & keys, f"reply {reply.pk} is said to be published and does not stand there"
            elif reply.status not in STANDS:
                assert not ours & keys, f"reply {reply.pk} is {reply.status} and stands on the platform"

    def judge_the_end(self) -> None:
        """Nothing is left under way, and what is published stands there whole, by the id we have."""
        assert not Reply.objects.filter(comment=self.comment, status__in=LEFT).exists(), "a reply was never settled"
        book = {one.external_id: one for one in self.world.platform.standing}
        for reply in Reply.objects.filter(comment=self.comment, status=ReplyStatus.PUBLISHED):
            parts = list(reply.parts.filter(taken_down_at=None))
            texts = [book[one.external_id].text for one in parts] if parts else [book[reply.external_id].text]
            assert texts == ([one.text for one in parts] or [reply.text])
        comment = fetch(Comment, self.comment.pk)
        unclear_ones = Reply.objects.filter(comment=comment, status=ReplyStatus.UNCLEAR)
        assert comment.status != CommentStatus.GOING_OUT or unclear_ones.exists(), "the comment waits for nothing"
