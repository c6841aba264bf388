"""The one statement that changes a status: UPDATE where the row still is in one of the allowed states."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.db import connection
from django.db.models import F, Field, Model, QuerySet
from django.db.models.sql import UpdateQuery

STATUS = "status"
VERSION = "version"

Compiled = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Changed:
    """One row as the statement left it: `values` are the columns that the database computed."""

    pk: int
    municipality_id: int
    status_before: str
    values: dict[str, Any]


def change_rows(
    queryset: QuerySet[Any],
    changes: Mapping[str, object],
    *,
    sources: Collection[str],
    target: str | None,
    limit: int | None = None,
    skip_locked: bool = False,
) -> list[Changed]:
    """Set `changes` and the status on the rows of `queryset` that are in one of `sources`, and bump their version.

    One statement: it locks the rows in the order of their ids (FOR NO KEY UPDATE), looks at their state again under the
    lock, and changes them; of two that race for a row one changes it and the other finds nothing. Returns the changed
    rows by ascending id.
    """
    model = queryset.model
    values = _values(model, changes, target)
    computed = [field for field, value in values.items() if hasattr(value, "resolve_expression")]
    try:
        rows = _run(model, _locking(queryset, sources, limit, skip_locked), _update(model, values), computed)
    except EmptyResultSet:
        return []
    return sorted((_changed(row, computed) for row in rows), key=lambda changed: changed.pk)


def _values(model: type[Model], changes: Mapping[str, object], target: str | None) -> dict["Field[Any, Any]", object]:
    """Return each changed field with its value, the status and the version among them."""
    everything = dict(changes)
    if target is not None:
        everything[STATUS] = target
    if has_version(model):
        everything[VERSION] = F(VERSION) + 1
    return {concrete_field(model, name): value for name, value in everything.items()}


def concrete_field(model: type[Model], name: str) -> "Field[Any, Any]":
    """Return the field called `name` that has a column of its own. Raises FieldDoesNotExist."""
    field = model._meta.get_field(name)
    if not isinstance(field, Field) or not field.concrete or field.many_to_many:
        raise FieldDoesNotExist(f"{model._meta.label}.{name} is not a column that a move can set.")
    return field


def has_version(model: type[Model]) -> bool:
    """Tell whether the model counts its changes."""
    return any(field.name == VERSION for field in model._meta.concrete_fields)


def _locking(queryset: QuerySet[Any], sources: Collection[str], limit: int | None, skip_locked: bool) -> Compiled:
    """Compile the SELECT that locks the rows and reads what they were."""
    rows = queryset.filter(status__in=sorted(sources)).select_related(None).order_by("pk")
    rows = rows.only("pk", "municipality_id", STATUS)
    rows = rows.select_for_update(no_key=True, skip_locked=skip_locked, of=("self",))
    compiled: Compiled = rows[:limit].query.sql_with_params()
    return compiled


def _update(model: type[Model], values: Mapping["Field[Any, Any]", object]) -> Compiled:
    """Compile the UPDATE of the whole table; `_run` joins it to the locked rows."""
    query = UpdateQuery(model)
    query.add_update_values({field.name: value for field, value in values.items()})
    compiled: Compiled = query.get_compiler(connection=connection).as_sql()
    return compiled


def _run(
    model: type[Model], locking: Compiled, update: Compiled, computed: Sequence["Field[Any, Any]"]
) -> list[tuple[Any, ...]]:
    """Join the two and return (id, municipality, status before, computed columns ...) of each changed row."""
    table, key = connection.ops.quote_name(model._meta.db_table), _column(model._meta.pk)
    before = [f"was.{_column(concrete_field(model, name))}" for name in ("municipality_id", STATUS)]
    returned = [f"was.{key}", *before, *(f"{table}.{_column(field)}" for field in computed)]
    # Only names of tables and columns are put together here; every value is a parameter.
    sql = (
        f"WITH was AS MATERIALIZED ({locking[0]}) {update[0]} FROM was"
        f" WHERE {table}.{key} = was.{key} RETURNING {', '.join(returned)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*locking[1], *update[1]])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _column(field: "Field[Any, Any]") -> str:
    return connection.ops.quote_name(field.column or field.attname)


def _changed(row: tuple[Any, ...], computed: Sequence["Field[Any, Any]"]) -> Changed:
    pk, town, status, *values = row
    by_name = {field.attname: _as_python(field, value) for field, value in zip(computed, values, strict=True)}
    return Changed(pk, town, status, by_name)


def _as_python(field: "Field[Any, Any]", value: object) -> object:
    """Return a stored value as the model has it (JSON and encrypted fields differ from their columns)."""
    for convert in field.get_db_converters(connection):
        value = convert(value, field.cached_col, connection)
    return value
