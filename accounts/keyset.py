"""Pages that go on where the last one ended: as fast at the millionth row as at the first.

A cursor carries the sort values of a page's last row, and the next page is read by one row
comparison, which PostgreSQL answers from the index of the order. Nothing is counted or skipped.
"""

import base64
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, ForeignKey, Func, Model, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.timezone import is_naive

LONGEST_CURSOR = 500


class BadCursor(ValueError):
    """A cursor that no page of this order has given out."""


@dataclass(frozen=True, kw_only=True)
class KeysetPage:
    """One page of rows; `next_cursor` is "" on the last one."""

    items: list[Any]
    next_cursor: str


class _Row(Func):
    function = "ROW"
    output_field: Field = Field()


def keyset_page(queryset: QuerySet[Any], order: Sequence[str], cursor: str, size: int) -> KeysetPage:
    """Read one page of a queryset in an order.

    Args:
        order: field paths or names of annotations as for order_by(), all ascending or all
            descending, none of them null, together unique.
        cursor: "" for the first page, else the `next_cursor` of the page before.
        size: rows on a page, 1 or more.

    Raises:
        BadCursor: the cursor is forged, damaged or of another order.
    """
    rows = queryset.order_by(*order)
    if cursor:
        rows = rows.filter(beyond(queryset, order, read_cursor(queryset, order, cursor)))
    found = list(rows[: size + 1])
    items = found[:size]
    return KeysetPage(items=items, next_cursor=cursor_of(items[-1], order) if len(found) > size else "")


def beyond(queryset: QuerySet[Any], order: Sequence[str], values: list[Any]) -> GreaterThan | LessThan:
    """The condition that a row comes after one with some values of the order's columns."""
    fields = [_field(queryset, path) for path in order]
    here = _Row(*[F(path.removeprefix("-")) for path in order])
    there = _Row(*[Value(value, output_field=field) for value, field in zip(values, fields, strict=True)])
    return LessThan(here, there) if _is_descending(order) else GreaterThan(here, there)


def _is_descending(order: Sequence[str]) -> bool:
    directions = {path.startswith("-") for path in order}
    if len(directions) != 1:
        raise ValueError(f"{order} must go in one direction to be compared as a row")
    return directions.pop()


def _field(queryset: QuerySet[Any], path: str) -> Field:
    """Return the column's field at the end of a path such as -stats__hot, or that of an annotation."""
    if annotation := queryset.query.annotations.get(path.removeprefix("-")):
        return annotation.output_field
    model: type[Model] = queryset.model
    *relations, last = path.removeprefix("-").split("__")
    for name in relations:
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    field = model._meta.pk if last == "pk" else model._meta.get_field(last)
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field  # type: ignore[return-value]


def cursor_of(row: Any, order: Sequence[str]) -> str:
    """Return the cursor from which the page after a row goes on."""
    values = [_plain(_value(row, path)) for path in order]
    text = json.dumps([_mark(order), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _value(row: Any, path: str) -> Any:
    for name in path.removeprefix("-").split("__"):
        row = getattr(row, name)
    return row.pk if isinstance(row, Model) else row


def _plain(value: Any) -> Any:
    """JSON keeps a float exactly (repr), ISO 8601 a time to the microsecond."""
    return value.isoformat() if isinstance(value, date) else value


def _mark(order: Sequence[str]) -> str:
    """Tell a cursor of one order from that of another."""
    return hashlib.sha256(",".join(order).encode()).hexdigest()[:6]


def read_cursor(queryset: QuerySet[Any], order: Sequence[str], cursor: str) -> list[Any]:
    """Return the values that a cursor carries, one for each column of the order; raises BadCursor."""
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise BadCursor("too long")
        mark, *values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if mark != _mark(order):
            raise BadCursor("of another order")
        return [_checked(_field(queryset, path), value) for path, value in zip(order, values, strict=True)]
    except (ValueError, TypeError, OverflowError, ValidationError) as problem:
        raise BadCursor(f"{cursor[:LONGEST_CURSOR]!r} is not a cursor of this page") from problem


def _checked(field: Field, raw: Any) -> Any:
    """Return the value that a cursor carries, if the field could hold it."""
    if isinstance(raw, bool | list | dict | None):
        raise BadCursor("not a plain value")
    value = field.to_python(raw)
    field.run_validators(value)
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise BadCursor("not a finite number")
    if isinstance(value, str) and "\x00" in value:
        raise BadCursor("not a text that the database can hold")
    return value


def _instant(moment: datetime) -> datetime:
    """Bring a time to UTC, as PostgreSQL refuses offsets beyond 15:59; raises OverflowError past the calendar's ends."""
    if is_naive(moment):
        raise BadCursor("a time without a zone")
    return moment.astimezone(UTC)
