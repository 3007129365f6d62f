"""Typed readers of environment variables; a malformed value stops start-up and names the variable."""

import os
import re
import stat
import zoneinfo
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def _refuse(name: str, value: str, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}={value!r} is not valid: expected {expected}.")


def text(name: str, default: str = "") -> str:
    """Return the variable without surrounding space; an empty value counts as unset."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """Read yes/no. Raises ImproperlyConfigured on anything else."""
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise _refuse(name, value, "one of 1, 0, true, false, yes, no, on, off")


def number(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    """Read a whole number from low to high, both included."""
    value = text(name)
    if not value:
        return default
    if value.isascii() and value.isdigit() and low <= int(value) <= high:
        return int(value)
    raise _refuse(name, value, f"a whole number from {low} to {high}")


def names(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list; empty parts are dropped."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def choice(name: str, default: str, allowed: set[str]) -> str:
    """Read one word out of a closed set."""
    value = text(name, default)
    if value in allowed:
        return value
    raise _refuse(name, value, "one of " + ", ".join(sorted(allowed)))


def folder(name: str, default: Path) -> Path:
    """Read a folder as an absolute path; it need not exist yet."""
    return Path(text(name, str(default))).expanduser().resolve()


def url(name: str, default: str, schemes: set[str]) -> str:
    """Read an address with one of the given schemes and no trailing slash."""
    value = text(name, default).rstrip("/")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        sound = parts.scheme in schemes and bool(parts.hostname or parts.path or parts.query) and (parts.port or 1) > 0
    except ValueError:  # a port or an IPv6 address that is none
        sound = False
    if not sound:
        expected = "an address that starts with " + " or ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise _refuse(name, _without_password(value), expected)
    return value


def site(name: str, default: str) -> str:
    """Read the address of a site with a host of its own; below a path it would not be found, as its links begin at the root."""
    value = url(name, default, {"http", "https"})
    if urlsplit(value)._replace(scheme="", netloc="").geturl():
        raise _refuse(name, _without_password(value), "an address without a path, such as https://lectern.example.org")
    return value


def origins(name: str) -> list[str]:
    """Read the origins of pages, such as https://reader.example.org, separated by commas; or a * for all."""
    found = names(name)
    for origin in found:
        if not re.fullmatch(r"https?://[^/?#@\s]+", origin) and found != ["*"]:
            raise _refuse(name, origin, "origins such as https://reader.example.org, separated by commas, or a *")
    return found


def zone(name: str, default: str) -> str:
    """Read the name of a time zone, such as Europe/Berlin."""
    value = text(name, default)
    if value in zoneinfo.available_timezones():
        return value
    raise _refuse(name, value, "a time zone such as Europe/Berlin")


def rate(name: str, default: str) -> str:
    """Read how many requests are allowed in a span, such as 100/min."""
    value = text(name, default)
    if re.fullmatch(r"[1-9]\d*/(s|sec|m|min|h|hour|d|day)", value):
        return value
    raise _refuse(name, value, "a number and a span, such as 100/min (s, min, hour or day)")


def rates(name: str) -> dict[str, int]:
    """Read how many of something are allowed for each of some names, such as gmail.com=60,example.org=10."""
    found = {}
    for part in names(name):
        key, equals, amount = part.partition("=")
        if not (key.strip() and equals and re.fullmatch(r"[1-9]\d{0,5}", amount.strip())):
            raise _refuse(name, part, "names with a whole number each, such as gmail.com=60,example.org=10")
        found[key.strip().lower()] = int(amount)
    return found


def mailbox(name: str, default: str) -> str:
    """Read a sender, such as Lectern <lectern@example.org>."""
    value = text(name, default)
    if re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
        return value
    raise _refuse(name, value, "an address such as Lectern <lectern@example.org>")


def private_key(name: str) -> RSAPrivateKey | None:
    """Read the path of a file with an RSA key in PEM, of 1024 bits at least (RFC 8301, 3.2); None when unset."""
    value = text(name)
    if not value:
        return None
    path = Path(value).expanduser()
    try:
        if path.stat().st_mode & stat.S_IRWXO:
            raise _refuse(name, value, f"a file that others cannot read; say: chmod o-rwx {path}")
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as problem:
        raise _refuse(name, value, f"a file that can be read ({problem.strerror})") from problem
    except (ValueError, TypeError) as problem:
        raise _refuse(name, value, "a file with a private key in PEM, without a password") from problem
    if not isinstance(key, RSAPrivateKey) or key.key_size < 1024:
        raise _refuse(name, value, "a file with an RSA key of 1024 bits at least, better 2048")
    return key


def domain(name: str, default: str) -> str:
    """Read a domain, or a part of one, and spell it in ASCII."""
    value = text(name, default).strip(".")
    try:
        spelt = value.encode("idna").decode().lower()
    except UnicodeError:
        spelt = ""
    if re.fullmatch(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?", spelt):
        return spelt
    raise _refuse(name, value, "a domain such as example.org")


def pair(first: str, second: str) -> tuple[str, str] | None:
    """Read two variables that mean something only together, such as a client's id and its secret."""
    values = text(first), text(second)
    if not any(values):
        return None
    for name, value in zip((first, second), values, strict=True):
        if not value:
            raise ImproperlyConfigured(f"{name} is not set, but its other half is. Set both {first} and {second}, or neither.")
    return values


def _without_password(value: str) -> str:
    scheme, _, rest = value.rpartition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if scheme else "…" + value.rpartition("@")[2]


@dataclass(frozen=True)
class Relay:
    """Where mail is handed over: an SMTP server, as read from EMAIL_URL."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


def relay(name: str) -> Relay | None:
    """Read smtp://user:password@host:port?starttls=1 or smtps://…; None when unset."""
    value = url(name, "", {"smtp", "smtps"})
    if not value:
        return None
    parts = urlsplit(value)
    expected = "smtp://user:password@host:port (smtps:// for TLS, ?starttls=1 for STARTTLS)"
    if not parts.hostname:
        raise _refuse(name, _without_password(value), expected)
    return Relay(
        host=parts.hostname,
        port=parts.port or (465 if parts.scheme == "smtps" else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parse_qs(parts.query).get("starttls", ["0"])[0] in TRUE,
        tls=parts.scheme == "smtps",
    )


@dataclass(frozen=True)
class Inbox:
    """A mailbox that is read over IMAP."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    tls: bool


def inbox(name: str) -> Inbox | None:
    """Read imaps://user:password@host:port/folder, or imap://… without TLS; None when unset."""
    value = url(name, "", {"imap", "imaps"})
    if not value:
        return None
    parts = urlsplit(value)
    if not (parts.hostname and parts.username and parts.password):
        raise _refuse(name, _without_password(value), "imaps://user:password@host:port/INBOX (imap:// without TLS)")
    return Inbox(
        host=parts.hostname,
        port=parts.port or (993 if parts.scheme == "imaps" else 143),
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.lstrip("/")) or "INBOX",
        tls=parts.scheme == "imaps",
    )


def bounce_address(name: str) -> str:
    """Read the address to which mails come back; "" when unset. A + and 40 characters are put before its @, which may hold 64."""
    value = text(name)
    if value and not re.fullmatch(r"[A-Za-z0-9._-]{1,23}@[A-Za-z0-9.-]+", value):
        raise _refuse(
            name, value, "a plain address with at most 23 letters, digits, dots and dashes before the @, such as bounces@example.org"
        )
    return value


# By provider: what its key is called. Those of django-anymail whose webhooks are signed or take a password, and which need no package more.
PROVIDERS = {
    "brevo": "API_KEY",
    "mailgun": "API_KEY",
    "postmark": "SERVER_TOKEN",
    "resend": "API_KEY",
    "sendgrid": "API_KEY",
    "sparkpost": "API_KEY",
}


def provider(name: str) -> dict[str, str]:
    """Read who takes mail over HTTP, and its key, address and secret for webhooks; as django-anymail calls them. Empty when unset."""
    value = text(name)
    if not value:
        return {}
    chosen = choice(name, "", set(PROVIDERS))
    key, domain_, secret = text(f"{name}_KEY"), text(f"{name}_DOMAIN"), text(f"{name}_WEBHOOK_SECRET")
    if not key:
        raise ImproperlyConfigured(f"{name}_KEY is not set, but {name} is. Set it to the key that {chosen} gave you.")
    if secret and not re.fullmatch(r"[^:\s]+:[^:\s]{16,}", secret):
        raise ImproperlyConfigured(f"{name}_WEBHOOK_SECRET is not valid: expected a name, a colon and a password of 16 characters or more.")
    given = {
        PROVIDERS[chosen]: key,
        "API_URL": url(f"{name}_URL", "", {"https", "http"}),
        "SENDER_DOMAIN": domain_ if chosen == "mailgun" else "",
        "WEBHOOK_SIGNING_KEY": text(f"{name}_SIGNING_KEY") if chosen == "mailgun" else "",
    }
    named = {f"{chosen.upper()}_{setting}": word for setting, word in given.items() if word}
    return named | ({"WEBHOOK_SECRET": secret} if secret else {})
