"""Texts that the instance must read again but nobody else: sealed with FIELD_KEY, which no database dump holds."""

import base64
from functools import cache

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text: str, *, purpose: str) -> str:
    """Encrypt and authenticate a text (Fernet: AES-128-CBC with HMAC-SHA256).

    Args:
        purpose: a word for what the text is; what is sealed for one purpose opens for no other.
    """
    return _box(settings.FIELD_KEY, purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Return the text that was sealed for this purpose.

    Raises:
        cryptography.fernet.InvalidToken: it was not sealed here, not for this, or was changed since.
    """
    return _box(settings.FIELD_KEY, purpose).decrypt(sealed.encode()).decode()


@cache
def _box(key: str, purpose: str) -> Fernet:
    """Derive one key per purpose (HKDF, RFC 5869)."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
