"""R9: the race for one comment, against a real web server."""

from benchmarks.reliability.place import Figure, opened


def main() -> Figure:
    """Return the figure: each round has one winner."""
    with opened() as place, place.serving() as site:
        return place.judged("judge_claims", site)
