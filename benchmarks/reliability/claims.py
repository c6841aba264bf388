"""R9: the race for one comment, against a real web server."""

from benchmarks.reliability.place import opened


def main() -> int:
    """Print the figure; 1 when a round had another number of winners than one."""
    with opened() as place, place.serving() as site:
        return place.judged("judge_claims", site)
