"""Writes docs/workflow.md from the tables of moves."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from archive.workflow import BATCH, RECORD
from audit.moves import Moves
from inbox.workflow import COMMENT, INTERVENTION, MATTER, REPLY, TASK, TEMPLATE

PATH = settings.BASE_DIR / "docs" / "workflow.md"


class Command(BaseCommand):
    help = "Write docs/workflow.md from the tables of moves; --check only says whether it is stale."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        text = as_markdown([COMMENT, REPLY, TEMPLATE, TASK, MATTER, INTERVENTION, RECORD, BATCH])
        if not options["check"]:
            PATH.write_text(text, encoding="utf-8")
        elif not PATH.exists() or PATH.read_text(encoding="utf-8") != text:
            raise CommandError("docs/workflow.md is stale: run manage.py write_workflow")


def as_markdown(tables: list[Moves]) -> str:
    """Return the page: one table of moves for each noun."""
    parts = ["# States and moves\n\nWritten by `manage.py write_workflow` from the tables in the code: do not edit.\n"]
    for table in tables:
        states = ", ".join(f"`{value}` {label}" for value, label in table.states.choices)
        parts.append(
            f"\n## {table.noun}\n\n{states}\n\nBegins as {', '.join(sorted(f'`{one}`' for one in table.start))}.\n"
        )
        parts.append("\n| move | from | to | event | in words |\n| --- | --- | --- | --- | --- |\n")
        for move in table.moves:
            sources = ", ".join(sorted(move.sources))
            parts.append(f"| {move.name} | {sources} | {move.target or 'stays'} | `{move.action}` | {move.label} |\n")
    return "".join(parts)
