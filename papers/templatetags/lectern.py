"""What templates need beyond Django's own tags."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from papers import markup

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


@register.filter
def unlatex(text: str) -> str:
    """Say a title or an abstract in plain Unicode: where no markup can be, and for screen readers beside a button."""
    return markup.plain(text)
