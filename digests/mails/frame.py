"""What every mail has: headers that mail programs act on, and a subject, a text and HTML from templates."""

import re
import textwrap
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import Truncator

from digests.models import Delivery
from digests.signing import bounce_token
from digests.topics import topics
from papers.markup import plain
from papers.models import Paper

EXTRACT_SENTENCES, EXTRACT_CHARACTERS = 2, 320
MANY, SHORT_EXTRACT = 25, 180  # of more papers than that, so many characters each
SUBJECT_TITLE = 70  # characters of the first title; phones show about 40, computers about 100


class _OneLine(UnstructuredHeader, BaseHeader):
    """An address that the mail package would otherwise break into encoded words, where no mail program finds it."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _OneLine)
_headers.map_to_type("return-path", _OneLine)
_policy = EmailPolicy(header_factory=_headers)
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, remove_inlined_selectors=True, minify_css=True)


def write_mail(delivery: Delivery, template: str, context: dict[str, Any], *, name: str, stop_url: str, list_name: str) -> EmailMessage:
    """Return a whole mail in the current language.

    Args:
        template: of templates/email/<template>.subject.txt, .txt and .html.
        context: what they name, beside what every mail names.
        name: whom it is to, as mail programs show it; may be "".
        stop_url: where one request ends mails like this (RFC 8058); "" for one that its reader asked for, once.
        list_name: what mails like this are filed under (RFC 2919).
    """
    message = EmailMessage(policy=_policy)
    _write_headers(message, delivery, name, stop_url, list_name)
    site = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "language": translation.get_language()}
    _write_body(message, template, site | context | {"address": delivery.address})
    return message


def absolute(path: str) -> str:
    return settings.SITE_URL + path


def paper_context(paper: Paper, *, among: int) -> dict[str, Any]:
    """What a mail says of a paper: less where it is one among many, for mail programs cut off what is longer than about 100 kB."""
    words = plain(paper.summary) or extract(plain(paper.abstract))
    room = EXTRACT_CHARACTERS if among <= MANY else SHORT_EXTRACT
    texts = {"title": plain(paper.title), "extract": textwrap.shorten(words, room, placeholder=" …")}
    return {"paper": paper, "url": absolute(paper.get_absolute_url()), **texts}


def about(papers: list[Paper]) -> str:
    """Say for a subject what papers are about: up to three topics, or else the first one's title."""
    return ", ".join(topics([paper.keywords for paper in papers])) or _first_title(papers)


def _first_title(papers: list[Paper]) -> str:
    return Truncator(plain(papers[0].title) if papers else "").chars(SUBJECT_TITLE)


def extract(abstract: str) -> str:
    """Return the first two sentences of an abstract, at most 320 characters."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z0-9“(])", " ".join(abstract.split()))
    return textwrap.shorten(" ".join(sentences[:EXTRACT_SENTENCES]), EXTRACT_CHARACTERS, placeholder=" …")


def _write_body(message: EmailMessage, template: str, context: dict[str, Any]) -> None:
    """A subject is one line, whatever is in it."""
    subject = " ".join(render_to_string(f"email/{template}.subject.txt", context).split())
    message["Subject"] = subject
    message.set_content(render_to_string(f"email/{template}.txt", context), cte="quoted-printable")
    html = _inliner.inline(render_to_string(f"email/{template}.html", context | {"subject": subject}))
    message.add_alternative(html, subtype="html", cte="quoted-printable")


def _write_headers(message: EmailMessage, delivery: Delivery, name: str, stop_url: str, list_name: str) -> None:
    if settings.BOUNCE_ADDRESS:
        local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
        message["Return-Path"] = f"<{local}+{bounce_token(delivery.pk)}@{domain}>"  # the envelope's; channels take it off
    sender_name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message["From"] = Address(sender_name, addr_spec=_ascii(sender))
    message["To"] = Address(" ".join(name.split()), addr_spec=_ascii(delivery.address))
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = delivery.message_id
    message["List-Id"] = f"{settings.SITE_NAME} <{list_name}.{_ascii(sender).rpartition('@')[2]}>"
    if stop_url:
        message["List-Unsubscribe"] = f"<{stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"


def _ascii(address: str) -> str:
    """Spell an international domain in ASCII, which every relay understands (RFC 5891); raise for the rest."""
    local, at, domain = address.rpartition("@")
    return f"{local.encode('ascii').decode()}{at}{domain.encode('idna').decode()}"
