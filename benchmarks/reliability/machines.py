"""R13: comments, replies, forwardings, records and exports live at random and are killed at any statement."""

from benchmarks.reliability.place import Figure, opened


def main() -> Figure:
    """Return the figure: no life comes to an illegal state, and some life through each move."""
    with opened() as place:
        return place.judged("judge_machines")
