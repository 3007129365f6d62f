"""Query parameters that are whole numbers or one of a few words; anything else is 400 and names the parameter."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


def whole_number(request: Request, name: str, *, usual: int, least: int = 1, most: int) -> int:
    """Return a query parameter that is a whole number within bounds, or raise ValidationError."""
    text = request.query_params.get(name, str(usual))
    if text.isascii() and text.isdigit() and len(text) < 16 and least <= int(text) <= most:
        return int(text)
    raise ValidationError({name: [_("Give a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}]})


def choice(request: Request, name: str, *, usual: str, choices: Collection[str]) -> str:
    """Return a query parameter that is one of some words, or raise ValidationError."""
    chosen = request.query_params.get(name, usual)
    if chosen not in choices:
        raise ValidationError({name: [_("Choose one of %(choices)s.") % {"choices": ", ".join(choices)}]})
    return chosen
