"""Start the practice platforms: python -m simulator --port 8765 --data <folder> [--seed]."""

import argparse
import logging
import os
import signal
import sys
from pathlib import Path

from simulator.app import create_app
from simulator.current import Simulator
from simulator.rates import DEFAULT_CALLS
from simulator.seeding import plant
from simulator.server import LoopbackServer
from simulator.webhooks import Subscription

log = logging.getLogger("simulator")


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    wanted = read_arguments()
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app = create_app(wanted.data, wanted.rate_limit)
    parts: Simulator = app.extensions["simulator"]
    if wanted.seed and plant(parts.book):
        log.info("The book was empty: posts and comments are planted")
    if wanted.webhooks:
        secret, word = os.environ.get("META_APP_SECRET", ""), os.environ.get("META_VERIFY_TOKEN", "")
        parts.webhooks.subscribe(Subscription(wanted.webhooks, secret, word), confirm=False)
    server = LoopbackServer(app, wanted.port)
    log.info("Ready on %s, the book is in %s", server.url, wanted.data)
    server.serve_forever()
    parts.book.close()
    log.info("Ended")


def read_arguments() -> argparse.Namespace:
    """What the command line asks for; the rate limit may also come from SIMULATOR_RATE_LIMIT."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one and says which")
    parser.add_argument("--data", type=Path, required=True, help="folder of the book; made when missing")
    parser.add_argument("--seed", action="store_true", help="plant posts and comments when the book is empty")
    parser.add_argument(
        "--rate-limit",
        type=int,
        default=int(os.environ.get("SIMULATOR_RATE_LIMIT", DEFAULT_CALLS)),
        help="calls per account in five minutes; 0 turns all rate limits off",
    )
    parser.add_argument(
        "--webhooks",
        default="",
        help="address for webhooks, signed with META_APP_SECRET, confirmed by META_VERIFY_TOKEN",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
