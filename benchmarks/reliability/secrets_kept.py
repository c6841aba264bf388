"""R16: tokens, session ids, passwords and keys are planted, the house is busy and in trouble; nobody may read them."""

from benchmarks.reliability.place import Figure, end_at_once, opened


def main() -> Figure:
    """Return the figure: no secret stands in a log, a page, a mail or a dump of the database's readable text."""
    with opened() as place:
        place.environment |= {"LOG_LEVEL": "DEBUG", "PULL_EVERY": "2", "SWEEP_EVERY": "2"}
        beat = f"--schedule={place.environment['SOCIALDESK_DATA_DIR']}/beat"
        options = "--app=socialdesk worker --beat --concurrency=1 --loglevel=debug --without-gossip --without-mingle"
        with place.serving() as site:
            worker = place.begin("celery", *options.split(), beat)
            place.environment |= {"LOG_LEVEL": "ERROR"}  # the judge's own words are nobody's log
            try:
                return place.judged("judge_secrets", site, str(place.log))
            finally:
                end_at_once(worker)
