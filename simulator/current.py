"""What a call needs at hand: the book and the other things the running simulator holds."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from simulator.book import Book
from simulator.faults import Faults
from simulator.rates import Limits
from simulator.webhooks import Webhooks


@dataclass(frozen=True)
class Simulator:
    """The things one running simulator holds."""

    book: Book
    faults: Faults
    limits: Limits
    webhooks: Webhooks


def simulator() -> Simulator:
    """The simulator answering this call."""
    return cast(Simulator, current_app.extensions["simulator"])


def book() -> Book:
    """The book of the simulator answering this call."""
    return simulator().book
