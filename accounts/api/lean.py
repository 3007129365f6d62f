"""Serializers of rows that are read by the page: DRF asks each field anew for each row, which takes longer than the database."""

from collections.abc import Callable
from functools import cached_property
from operator import attrgetter
from typing import Any

from rest_framework import serializers

PLAIN = (serializers.CharField, serializers.IntegerField, serializers.FloatField, serializers.BooleanField, serializers.ListField)


class Lean:
    """Looks once per page at how each field is read. What a model holds in the type of the field goes out as it is."""

    _readable_fields: Any

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {name: read(instance) for name, read in self._readers}

    @cached_property
    def _readers(self) -> list[tuple[str, Callable[[Any], Any]]]:
        return [(field.field_name, _reader(field)) for field in self._readable_fields]


def _reader(field: serializers.Field) -> Callable[[Any], Any]:
    if field.source == "*":
        return field.to_representation
    value = attrgetter(str(field.source))
    if isinstance(field, PLAIN):
        return value
    if isinstance(field, serializers.DateField):
        return lambda row: None if (day := value(row)) is None else day.isoformat()

    def read(row: Any) -> Any:
        """As DRF does it."""
        found = field.get_attribute(row)
        return None if found is None else field.to_representation(found)

    return read
