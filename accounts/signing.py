"""Secrets that Lectern hands out: how an API token is spelt and how it is hashed."""

import hashlib
import hmac
import secrets
import string
import zlib

from django.conf import settings

PREFIX = "lectern_pat_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LENGTH, CHECKSUM_LENGTH = 30, 6  # 30 base-62 digits carry 178 bits


def new_token() -> str:
    """Return a fresh token: prefix, 30 random base-62 digits, and their CRC-32 in 6 more."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return PREFIX + body + _checksum(body)


def is_well_formed(token: str) -> bool:
    """Tell a mistyped or foreign token from a plausible one, without the database."""
    body = token.removeprefix(PREFIX)
    if body == token or len(body) != RANDOM_LENGTH + CHECKSUM_LENGTH or not body.isascii():
        return False
    return hmac.compare_digest(_checksum(body[:RANDOM_LENGTH]), body[RANDOM_LENGTH:])


def token_digest(token: str) -> str:
    """Return the HMAC-SHA256 of a token, keyed with TOKEN_PEPPER (which no database dump holds)."""
    return hmac.new(settings.TOKEN_PEPPER.encode(), token.encode(), hashlib.sha256).hexdigest()


def new_secret() -> str:
    """Return a secret for an address: 32 random bytes, URL-safe."""
    return secrets.token_urlsafe(32)


def invitation_digest(secret: str) -> str:
    """Return what the database keeps of an invitation's secret: its HMAC-SHA256 under TOKEN_PEPPER."""
    return secret_digest("invitation", secret)


def secret_digest(purpose: str, secret: str) -> str:
    """Return the HMAC-SHA256 of a secret under TOKEN_PEPPER, which tells nothing about the same secret for another purpose."""
    return hmac.new(settings.TOKEN_PEPPER.encode(), f"{purpose}:{secret}".encode(), hashlib.sha256).hexdigest()


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return digits
