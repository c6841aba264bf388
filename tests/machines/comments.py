"""The life of comments: sorted, taken, waiting, ended, opened again, answered together, sealed, edited and deleted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st

from inbox import intake, waiting, workflow
from inbox.actions import bulk, comments, joint, sealing, undo
from inbox.actions import waiting as waits
from inbox.models import Comment, CommentVersion, Seal
from team.models import Membership
from tests.factories import make_item
from tests.machines.machine import HouseMachine, Move, fetch, people, way

SORTINGS = [["neutral"], ["praise"], ["negative"], ["negative", "case_handling"], ["tull"]]
ENDINGS = ["not_to_us", "not_to_us", "deleted_by_sender", "spam", "spam", "dialogue_ended", "answered_jointly"]


class CommentMachine(HouseMachine):
    """Three comments that come and are dealt with; no reply leaves (see replies.py)."""

    made = frozenset(
        f"comment.{name}"
        for name in (
            "sort", "sort_again", "flag", "unsort", "claim", "release", "assign", "wait", "wait_longer", "come_back",
            "end", "reopen", "reopen_unsorted", "see_ending", "join", "leave", "edited", "deleted",
            "seal", "unseal",
        )
    )  # fmt: skip

    def begin(self) -> None:
        for text in ("Når brøytes det?", "Takk", "Det er glatt"):
            self.world.comment(text)

    def does(self, data: Any, killed_at: int, act: Callable[..., object], *moves: Move, **more: object) -> None:
        """Let somebody do the act to a comment."""
        pk, by = self.one_of(Comment, data, *moves), self.person(data)
        self.act(lambda: act(fetch(Comment, pk), by=by, **more), killed_at=killed_at)

    def person(self, data: Any) -> Membership:
        chosen: Membership = getattr(self.world, data.draw(people))
        return chosen

    @way(workflow.SORT, workflow.SORT_AGAIN)
    def sort(self, data: Any, killed_at: int) -> None:
        chosen = {
            "sortings": data.draw(st.sampled_from(SORTINGS)),
            "addressed_to_us": data.draw(st.booleans()),
            "only_unsorted": data.draw(st.booleans()),
        }
        self.does(data, killed_at, comments.sort, workflow.SORT, workflow.SORT_AGAIN, **chosen)

    @way(workflow.FLAG)
    def flag(self, data: Any, killed_at: int) -> None:
        flags = data.draw(st.sets(st.sampled_from(["political", "press", "complaint"])))
        self.does(data, killed_at, comments.flag, workflow.FLAG, flags=flags)

    @way(workflow.UNSORT)
    def unsort(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, comments.unsort, workflow.UNSORT)

    @way(workflow.CLAIM)
    def claim(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, comments.claim, workflow.CLAIM)

    @way(workflow.RELEASE)
    def release(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, comments.release, workflow.RELEASE)

    @way(workflow.ASSIGN)
    def assign(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, comments.assign, workflow.ASSIGN, to=self.person(data))

    @way(workflow.END)
    def end(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, comments.end, workflow.END, ending=data.draw(st.sampled_from(ENDINGS)))

    @way(workflow.REOPEN, workflow.REOPEN_UNSORTED)
    def reopen(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, comments.reopen, workflow.REOPEN)

    @way(workflow.SEE_ENDING)
    def see_ending(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, comments.see_ending, workflow.SEE_ENDING)

    @way(workflow.WAIT, workflow.WAIT_LONGER)
    def wait(self, data: Any, killed_at: int) -> None:
        until = timezone.localdate() + timedelta(days=data.draw(st.sampled_from([3, 5, 0, 70])))
        self.does(data, killed_at, waits.wait, workflow.WAIT, workflow.WAIT_LONGER, until=until)

    @way(workflow.COME_BACK)
    def resume(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, waits.resume, workflow.COME_BACK)

    @way(workflow.COME_BACK)
    def days_pass_and_the_sweep_comes(self, data: Any, killed_at: int) -> None:
        self.world.clock.pass_(days=data.draw(st.integers(1, 6)))
        self.act(waiting.resume_due, killed_at=killed_at)

    @way(workflow.JOIN)
    def answer_together(self, data: Any, killed_at: int) -> None:
        chosen, by = {self.one_of(Comment, data, workflow.JOIN) for _ in range(2)}, self.person(data)
        self.act(
            lambda: bulk.each([fetch(Comment, pk) for pk in chosen], joint.Picking(self.world.post.pk, by=by)),
            killed_at=killed_at,
        )

    @way(workflow.LEAVE)
    def take_out(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, joint.take_out, workflow.LEAVE)

    @way(workflow.SEAL)
    def seal(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, sealing.seal, workflow.SEAL, why=data.draw(st.sampled_from(["child", "tull"])))

    @way(workflow.UNSEAL)
    def unseal(self, data: Any, killed_at: int) -> None:
        self.does(data, killed_at, sealing.unseal, workflow.UNSEAL, reason="Avklart")

    def judge(self) -> None:
        """What is sealed has its words in its seal alone; what is not has them where they belong."""
        sealed = Comment.objects.exclude(sealed_at=None)
        assert set(sealed.values_list("pk", flat=True)) == set(Seal.objects.values_list("comment_id", flat=True))
        assert not sealed.exclude(text="", author_name="").exists()
        versions = CommentVersion.objects.filter(comment__municipality=self.world.town)
        assert not versions.exclude(comment__sealed_at=None).exclude(text="").exists()
        assert not versions.filter(comment__sealed_at=None, text="").exists()

    @way()
    def undo_the_last(self, data: Any, killed_at: int) -> None:
        by = self.person(data)
        self.act(lambda: undo.undo_last(by=by), killed_at=killed_at)

    @way()
    def the_sender_edits(self, data: Any, killed_at: int) -> None:
        comment = fetch(Comment, self.one_of(Comment, data))
        text = data.draw(st.sampled_from(["Glem det", "Når brøytes det her?", "Takk!"]))
        item = make_item(self.world.post, text, external_id=comment.external_id)
        self.act(lambda: self.world.receive(item), killed_at=killed_at)

    @way()
    def the_sender_deletes(self, data: Any, killed_at: int) -> None:
        pk = self.one_of(Comment, data)

        def delete() -> None:
            with transaction.atomic():
                intake.mark_deleted([fetch(Comment, pk)])

        self.act(delete, killed_at=killed_at)
