"""`?fields=slug,paper.title`: an answer with only these parts, and without the work that the others would be."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS

Tree = dict[str, "Tree"]


class Sparse(serializers.Serializer[Any]):
    """A serializer that keeps the fields that a GET names. It is told the request by its context, as generic views do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self._context.get("request")  # of the outermost one only: nested ones are made before any request
        wanted = request.query_params.get("fields") if request is not None and request.method in SAFE_METHODS else None
        if wanted is not None:
            _keep(self, _tree(wanted))


def _tree(wanted: str) -> Tree:
    tree: Tree = {}
    for path in wanted.split(","):
        branch = tree
        for name in path.strip().split("."):
            branch = branch.setdefault(name, {})
    return tree


def _keep(serializer: Any, tree: Tree, path: str = "") -> None:
    fields = getattr(getattr(serializer, "child", serializer), "fields", {})
    for name in tree:
        if name not in fields or fields[name].write_only:
            known = ", ".join(each for each, field in fields.items() if not field.write_only)
            raise ValidationError(
                {"fields": [_("There is no “%(name)s” here; there is %(known)s.") % {"name": path + name, "known": known or "–"}]}
            )
    for name in set(fields) - set(tree):
        fields.pop(name)
    for name, branch in tree.items():
        if branch:
            _keep(fields[name], branch, f"{path}{name}.")
