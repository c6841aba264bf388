"""Which messages a record needs now: all of them the first time, later only what has happened since.

A plan is cheap; the message with its documents is made when `make` is called.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive import facts
from archive.code_lists import Codes
from archive.followups import Follower
from archive.message_parts import entry_key_of
from archive.messages import Maker, Message
from archive.models import ArchiveSettings, CaseRecord


@dataclass(frozen=True)
class Plan:
    """One message to be made: its stable key, and the facts it tells."""

    key: str
    covers: tuple[str, ...]
    make: Callable[[], Message]


def plans_for(record: CaseRecord, settings: ArchiveSettings, codes: Codes, *, font_paths: Sequence[Path]) -> list[Plan]:
    """Return the messages that are to go out now, in the order they must be sent; none when all is told.

    The key of what was accepted or is waiting for its receipt is never planned again.
    """
    wanted = facts.untold(record, settings)
    out = {message.key for message in facts.standing(record)}
    maker = Maker(record, settings, font_paths, codes)
    follower = Follower(record, settings, font_paths, codes)
    plans = _later(maker, follower, wanted) if entry_key_of(record) in out else [_opening(maker)]
    plans += [
        Plan(maker.reply_key(reply), (facts.reply_fact(reply.key),), lambda reply=reply: maker.reply(reply))  # type: ignore[misc]
        for reply in record.replies.all()
        if facts.reply_fact(reply.key) in wanted
    ]
    plans += _remarks(maker, out)
    if "avskrevet" in wanted:
        plans.append(Plan(f"avskr:{record.key}", ("avskrevet",), follower.write_off))
    return plans


def _opening(maker: Maker) -> Plan:
    return Plan(entry_key_of(maker.record), tuple(facts.opening_facts(maker.record)), maker.opening)


def _remarks(maker: Maker, out: set[str]) -> list[Plan]:
    """Return the entry of the notes and remarks that were picked, once."""
    notes = [] if maker.remarks_key in out else list(maker.record.notes.all())
    return [Plan(maker.remarks_key, (), lambda: maker.remarks(notes))] if notes else []


def _later(maker: Maker, follower: Follower, wanted: Sequence[str]) -> list[Plan]:
    """Return new versions as files of the document that is there, their pictures as an entry of their own, and
    everything else as remarks on the entry.
    """
    record = follower.record
    plans = []
    for version in record.versions.all():
        if f"v{version.number}" not in wanted:
            continue
        for variant in ("A", "P"):
            covers = (f"v{version.number}",) if variant == "P" else ()
            plans.append(
                Plan(
                    f"obj:{record.key}:v{version.number}:{variant}",
                    covers,
                    lambda number=version.number, variant=variant: follower.version(number, variant),  # type: ignore[misc]
                )
            )
    for number in (version.number for version in record.versions.all()):
        if facts.picture_fact(number) in wanted:
            key, covers = maker.later_pictures_key(number), (facts.picture_fact(number),)
            plans.append(Plan(key, covers, lambda number=number: maker.later_pictures(number)))  # type: ignore[misc]
    plans += [Plan(f"obj:{record.key}:{one}", (one,), follower.redacted) for one in wanted if one.startswith("o:")]
    rest = tuple(one for one in wanted if one.startswith(("vs:", "l")) or one == "slettet")
    versions = tuple(one for one in wanted if one.startswith("v") and not one.startswith("vs:"))
    if rest or versions:
        plans.append(Plan(follower.update_key, rest, lambda: follower.update(rest, versions)))
    return plans
