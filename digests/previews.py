"""Mails made fit to be looked at by others than their readers: no link works, and the theme is chosen instead of asked for."""

import re
from dataclasses import dataclass
from email.message import EmailMessage

# A piece of a path that ends in a signature, as django.core.signing writes them: at least 22 characters of base64 after a dot or a colon.
TOKEN = re.compile(r"/[^\s/?#\"'<>]*[.:][A-Za-z0-9_-]{22,}(?=[\s/?#\"'<>)]|$)")
ASKED = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
SCHEMES = re.compile(r"(<meta name=\"(?:supported-)?color-scheme[s]?\" content=\")[^\"]*")


@dataclass(frozen=True)
class Preview:
    """A mail to look at. `html` is "" where it has a text only; `problem` says why there is none at all."""

    kind: str
    subject: str = ""
    text: str = ""
    html: str = ""
    problem: str = ""

    @property
    def name(self) -> str:
        return self.kind.replace("_", " ").capitalize()


def preview_of(kind: str, mail: EmailMessage) -> Preview:
    return Preview(kind, mail["Subject"], _part(mail, "plain"), _part(mail, "html"))


def in_theme(html: str, *, dark: bool) -> str:
    """Let what a mail says about dark screens hold on all of them, or on none."""
    html = ASKED.sub("(min-width: 0)" if dark else "(max-width: 0)", html)
    return SCHEMES.sub(rf"\1{'dark' if dark else 'light'}", html)


def without_tokens(text: str) -> str:
    return TOKEN.sub("/preview", text)


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return without_tokens(body.get_content()) if body else ""
