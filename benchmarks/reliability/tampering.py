"""R14: whoever may write any SQL changes the log behind its back; `verify_log` finds each change and each cut tail."""

from benchmarks.reliability.place import Figure, opened


def main() -> Figure:
    """Return the figure: every change is found."""
    with opened() as place:
        return place.judged("judge_tampering", as_owner=True)
