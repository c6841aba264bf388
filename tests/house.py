"""Reads the product's own source and finds what the house forbids: other writers of a status, and plain row locks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Left to right: each may know those to its right.
ROOMS = ("socialdesk", "archive", "inbox", "guidelines", "notices", "team", "files", "audit")
# The writer itself.
WRITERS = {ROOT / "audit" / "moves.py", ROOT / "audit" / "changes.py"}

STATUS_IN_SQL = re.compile(r'\bset\b(?:(?!\bwhere\b).)*?\bstatus"?\s*=', re.IGNORECASE | re.DOTALL)
PLAIN_LOCK_IN_SQL = re.compile(r"\bselect\b.*\bfor\s+update\b", re.IGNORECASE | re.DOTALL)
LISTS_OF_FIELDS = {"bulk_update": None, "abulk_update": None, "save": "update_fields", "asave": "update_fields",
                   "bulk_create": "update_fields", "abulk_create": "update_fields"}  # fmt: skip


def product_files() -> Iterator[Path]:
    """Return every Python and SQL file of the product, migrations included."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {".py", ".sql"}:
                yield path


def status_writers(source: str) -> list[int]:
    """Return the lines of Python source that change a status: assignment, update, bulk update, SQL."""
    return _lines(source, _writes_status)


def plain_locks(source: str) -> list[int]:
    """Return the lines of Python source that lock rows FOR UPDATE; that deadlocks with the foreign keys of children."""
    return _lines(source, _locks_plainly)


def sql_status_writers(statement: str) -> bool:
    """Tell whether SQL changes a status."""
    return bool(STATUS_IN_SQL.search(statement))


def _lines(source: str, is_forbidden: object) -> list[int]:
    tree = ast.parse(source)
    free = _docstrings(tree) | _own_first_values(tree)
    assert callable(is_forbidden)
    return sorted({node.lineno for node in ast.walk(tree) if id(node) not in free and is_forbidden(node)})


def _docstrings(tree: ast.AST) -> set[int]:
    statements = (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
    return {id(value) for value in statements if isinstance(value, ast.Constant)}


def _own_first_values(tree: ast.AST) -> set[int]:
    """Return the nodes `self.status = ...` of constructors: an error's HTTP status, say. That changes no row."""
    constructors = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    return {
        id(node) for constructor in constructors for node in ast.walk(constructor) if isinstance(node, ast.Attribute)
    }


def _writes_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "status" and isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return sql_status_writers(node.value)
    if isinstance(node, ast.JoinedStr):
        return sql_status_writers(_fixed_text(node))
    return isinstance(node, ast.Call) and _call_writes_status(node)


def _call_writes_status(call: ast.Call) -> bool:
    name = _name(call)
    if name in {"update", "aupdate"}:
        return any(keyword.arg == "status" for keyword in call.keywords)
    if name in {"update_or_create", "aupdate_or_create"}:
        return any(keyword.arg == "defaults" and _mentions_status(keyword.value) for keyword in call.keywords)
    if name == "setattr":
        return any(_is_status(argument) for argument in call.args[1:2])
    if name in LISTS_OF_FIELDS:
        wanted = LISTS_OF_FIELDS[name]
        named = [keyword.value for keyword in call.keywords if wanted is None or keyword.arg == wanted]
        return any(_mentions_status(one) for one in [*named, *([] if wanted else call.args)])
    return False


def _locks_plainly(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(PLAIN_LOCK_IN_SQL.search(node.value))
    if isinstance(node, ast.JoinedStr):
        return bool(PLAIN_LOCK_IN_SQL.search(_fixed_text(node)))
    if not isinstance(node, ast.Call) or _name(node) != "select_for_update":
        return False
    values = [keyword.value for keyword in node.keywords if keyword.arg == "no_key"]
    return not any(isinstance(value, ast.Constant) and value.value is True for value in values)


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _fixed_text(node: ast.JoinedStr) -> str:
    return " x ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def _mentions_status(node: ast.AST) -> bool:
    return any(_is_status(one) for one in ast.walk(node))


def _is_status(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == "status"
