"""Saying no to those who may see something but not change it."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404


def refusal(rows: QuerySet[Any], problem: Exception) -> Exception:
    """Return what to raise where somebody may not change some rows: 404 if they have been deleted since they were seen."""
    return problem if rows.exists() else Http404()
