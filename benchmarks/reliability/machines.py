"""R13: comments, replies, forwardings, records and exports live at random and are killed at any statement."""

from benchmarks.reliability.place import opened


def main() -> int:
    """Print the figure; 1 when a life came to an illegal state, or no life came through a move."""
    with opened() as place:
        return place.judged("judge_machines")
