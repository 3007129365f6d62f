"""What templates need beyond Django's own tags."""

import json
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from papers import markup
from papers.models import State

register = template.Library()


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """Draw a symbol of icons/sprite.svg; what it means is always said in words beside it."""
    address = f"{static('papers/icons/sprite.svg')}#{name}"
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}"></use></svg>', css_class, address)


@register.filter
def latex(text: str, place: str = "line") -> SafeString:
    """Show a title or an abstract with its formulas.

    Args:
        place: "line" for titles, which may stand in a link; "text" for abstracts, where links and
            formulas on lines of their own are welcome.
    """
    return mark_safe(markup.html(text, in_line=place == "line"))  # noqa: S308 - escaped there; tests/papers/test_markup.py attacks it


@register.filter
def markdown(text: str) -> str:
    """Write a text as Markdown on one line, for templates that are Markdown."""
    return markup.markdown(text)


@register.simple_tag
def reading_states() -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in State]


@register.simple_tag
def reading_word(state: str) -> str:
    """A state in words, or what to say where a reader has said nothing yet."""
    return str(State(state).label) if state else _("Mark as")


@register.filter
def of(counts: dict[str, int], key: str) -> int:
    return counts.get(key, 0)


@register.filter
def undo_of(message: Any) -> dict[str, Any] | None:
    """Where the undo button of a message posts to and what it sends, or None where a message has none."""
    tags = getattr(message, "extra_tags", "") or ""
    return json.loads(tags) if tags.startswith("{") else None


@register.filter
def unlatex(text: str) -> str:
    """Say a title or an abstract in plain Unicode: where no markup can be, and for screen readers beside a button."""
    return markup.plain(text)
