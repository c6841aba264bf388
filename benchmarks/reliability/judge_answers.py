"""R5: a platform that answers nonsense stops nothing: no unstored page is passed, the team sees it.

Each hostile answer is given to every call of one pull; then the Page answers well and a good comment must come in.
"""

import json
import resource
import sys
from datetime import timedelta
from typing import Any

from django.utils import timezone

from benchmarks.reliability.graph_page import GraphPage, running_page
from benchmarks.reliability.hostile_place import make_channel, make_municipality
from benchmarks.reliability.hostile_sets import Score, body_of, cases
from inbox import pulling
from inbox.models import Channel, Comment, RawPage, UnreadItem
from team.models import Membership

MEGABYTE = 1024
CALLS_A_PULL = 400
PULLS = 4
GOOD: dict[str, Any] = {
    "id": "900_god",
    "message": "Når kommer brøytebilen?",
    "from": {"id": "77001", "name": "Kari Nordmann"},
    "created_time": "2026-11-20T11:00:00+0000",
    "parent_post": "500_1",
}
asked_hosts: set[str] = set()


def main() -> None:
    """Print the figure."""
    sys.addaudithook(_note_hosts)
    lead, score = make_municipality(), Score()
    with running_page() as page:
        for case in cases("responses.open.jsonl"):
            score.add(case, _wrong(case, page, lead))
    print(json.dumps(score.figure("R5")))


def _note_hosts(event: str, arguments: tuple[Any, ...]) -> None:
    """Remember every host this process looks up or connects to."""
    if event == "socket.getaddrinfo":
        asked_hosts.add(str(arguments[0]))


def _wrong(case: dict[str, Any], page: GraphPage, lead: Membership) -> list[str]:
    """Return what does not hold of a case."""
    expect = case["expect"]
    channel = make_channel(lead, page, case["id"])
    page.clear()
    pulling.pull(channel.pk)
    before = Channel.objects.get(pk=channel.pk)
    memory, page.calls = _peak_mib(), 0
    asked_hosts.clear()
    page.raw = (case["status"], case["headers"], body_of(case))
    survived = _survives(channel)
    seen = Channel.objects.get(pk=channel.pk)
    calls, grown = page.calls, _peak_mib() - memory
    checks = {
        "worker": survived,
        "cursor": expect["cursor_moves"] is not False or seen.cursor == before.cursor,
        "visible": _is_visible(seen, page, expect),
        "other host": asked_hosts <= {"127.0.0.1"},
        "pages": calls <= min(expect.get("max_pages", CALLS_A_PULL), CALLS_A_PULL),
        "memory": grown <= expect.get("max_mib", 512),
        "wait": _waits_no_longer_than(seen, expect.get("honour_retry_after_cap_s", 7200)),
        "good page": _comes_in_again(channel, page),
    }
    return [name for name, holds in checks.items() if not holds]


def _survives(channel: Channel) -> bool:
    try:
        _pull(channel)
    except Exception as problem:
        print(f"{channel.handle}: {problem!r}", file=sys.stderr)
        return False
    return True


def _pull(channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(looked_again_at=None)
    pulling.pull(channel.pk)


def _is_visible(channel: Channel, page: GraphPage, expect: dict[str, Any]) -> bool:
    """Whether people can see it: the channel says so, or it stands under Kom ikke fram, or all of it was understood."""
    told = bool(channel.problem) or RawPage.objects.filter(channel=channel).exclude(problem="").exists()
    aside = UnreadItem.objects.filter(channel=channel).exists()
    understood = Comment.objects.filter(channel=channel).exists() or expect["cursor_moves"] == "any"
    return told or aside or understood


def _waits_no_longer_than(channel: Channel, seconds: float) -> bool:
    """Whether the next pull comes within the time, a fifth more for the jitter."""
    return channel.next_pull_at is None or channel.next_pull_at <= timezone.now() + timedelta(seconds=seconds * 1.2)


def _comes_in_again(channel: Channel, page: GraphPage) -> bool:
    """Whether a comment comes in once the platform answers well, within a few pulls."""
    page.raw, page.listed = None, {str(GOOD["id"]): GOOD}
    page.truth = dict(page.listed)
    for _ in range(PULLS):
        _pull(channel)
        if Comment.objects.filter(channel=channel, external_id=GOOD["id"]).exists():
            return not Channel.objects.get(pk=channel.pk).problem
    return False


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
