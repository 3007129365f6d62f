"""What templates need beyond Django's own tags."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from papers import markup, subjects
from papers.formats import parting
from papers.formats.bibtex import write_entries
from papers.formats.feeds import FORMS
from papers.markup import markdown as written
from papers.models import Comment, Paper, State

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

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
def markdown(text: str, people: Mapping[str, str] | None = None) -> SafeString:
    """Show what a reader wrote in Markdown, formulas included; put it into an element of class `prose`.

    Args:
        people: the addresses of those who are mentioned, by handle.
    """
    return mark_safe(written.html(text, people=people))  # noqa: S308 - sanitised there; tests/papers/test_markdown.py attacks it


@register.filter
def readable_by(comment: Comment, user: "User | AnonymousUser") -> bool:
    """Whether somebody who sees a comment's place may read it there."""
    return comment.is_readable_by(user)


@register.filter
def unmarkdown(text: str) -> str:
    """Say what a reader wrote in Markdown in plain words: in mails, and wherever no markup can be."""
    return written.plain(text)


@register.filter
def excerpt(text: str, length: int = 200) -> str:
    """Say in one line how what a reader wrote in Markdown begins.

    Args:
        length: characters at most.
    """
    return written.excerpt(text, length=length)


@register.filter
def in_markdown(text: str) -> str:
    """Write a title or an abstract as Markdown on one line, for templates that are Markdown."""
    return markup.in_markdown(text)


@register.filter
def bibtex(paper: Paper) -> str:
    """Write a paper, loaded by for_page(), as an entry of BibTeX."""
    return "".join(write_entries([paper.record])).strip()


@register.simple_tag(takes_context=True)
def json_ld(context: Mapping[str, Any], facts: Mapping[str, Any]) -> SafeString:
    """Write facts for programs that read pages; nothing in them can end the element."""
    text = json.dumps(facts, ensure_ascii=False).translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"})
    nonce = context["request"].csp_nonce
    return format_html('<script type="application/ld+json" nonce="{}">{}</script>', nonce, mark_safe(text))  # noqa: S308 - escaped above


@dataclass(frozen=True)
class FeedAddress:
    """Where a feed is in one form."""

    label: str
    content_type: str
    address: str


@register.simple_tag
def feed_addresses(route: str, *names: object, **query: str) -> list[FeedAddress]:
    """Give a feed's addresses in all forms.

    Args:
        route, names: of the feed, without its form, which comes last.
        query: what its address asks for.
    """
    tail = f"?{urlencode(query)}" if query else ""
    return [FeedAddress(form.label, form.content_type, reverse(route, args=[*names, key]) + tail) for key, form in FORMS.items()]


@register.simple_tag
def reading_states() -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in State]


@register.simple_tag
def reading_word(state: str) -> str:
    """A state in words, or what to say where a reader has said nothing yet."""
    return str(State(state).label) if state else _("Mark as")


@register.filter
def subject_name(code: str) -> str:
    """What a subject code means, or ""."""
    return subjects.NAMES.get(code, "")


@register.filter
def in_commas(names: Iterable[str]) -> str:
    """Write names as a field between commas takes them back."""
    return parting.in_commas(names)


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
