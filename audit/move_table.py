"""Moves as data: from which states, to which, and what the log calls it. A table with a mistake fails at import."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.functional import Promise


class MoveTableError(Exception):
    """A table of moves contradicts itself."""


@dataclass(frozen=True)
class Move:
    """One arrow: its name in code, in the log (`noun.verb`) and on the screen. None as target keeps the state."""

    name: str
    action: str
    sources: frozenset[str]
    target: str | None
    label: "str | Promise" = field(compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", frozenset(self.sources))

    def __str__(self) -> str:
        return self.name


class Moves:
    """All moves of one noun. Raises MoveTableError when built from a list that cannot be right."""

    def __init__(self, noun: str, *, states: type[TextChoices], start: Iterable[str], moves: Iterable[Move]) -> None:
        self.noun = noun
        self.states = states
        self.start = frozenset(start)
        self.moves = tuple(moves)
        mistakes = [*self._wrong_names(), *self._unknown_states(), *self._unreachable_states()]
        if mistakes:
            raise MoveTableError(f"The moves of {noun}: {'; '.join(mistakes)}.")

    def __iter__(self) -> Iterator[Move]:
        return iter(self.moves)

    def named(self, name: str) -> Move:
        """Return the move with this name. Raises KeyError."""
        return {move.name: move for move in self.moves}[name]

    def out_of(self, status: str) -> list[Move]:
        """Return the moves that may be made from a state, in the table's order."""
        return [move for move in self.moves if status in move.sources]

    def _wrong_names(self) -> Iterator[str]:
        names = [move.name for move in self.moves]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"there are two called {name}"
        for move in self.moves:
            verb = move.action.removeprefix(f"{self.noun}.")
            if verb == move.action or not verb.isidentifier():
                yield f"{move} is logged as {move.action}, not as {self.noun}.verb"

    def _unknown_states(self) -> Iterator[str]:
        known = set(self.states.values)
        for state in sorted(self.start - known):
            yield f"it starts in {state}, which is no state"
        for move in self.moves:
            mentioned = move.sources | ({move.target} if move.target is not None else set())
            for state in sorted(mentioned - known):
                yield f"{move} mentions {state}, which is no state"
            if not move.sources:
                yield f"{move} may be made from nowhere"

    def _unreachable_states(self) -> Iterator[str]:
        reached, found = set[str](), set(self.start)
        while found:
            reached |= found
            targets = {move.target for move in self.moves if move.target is not None and move.sources & reached}
            found = targets - reached
        for state in self.states.values:
            if state not in reached:
                yield f"{state} cannot be reached"
