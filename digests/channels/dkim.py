"""DKIM: a mail is signed in the name of its sender's domain, over the very bytes that go out (RFC 6376).

dkimpy brings the mail into the form that is signed; its own RSA is pure Python and takes 6 ms a mail, so that step is cryptography's.
"""

import hashlib
import textwrap
import time
from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from dkim import rfc822_parse, select_headers
from dkim.canonicalization import Relaxed, Simple

# What a mail program shows or acts on; one-click unsubscribing counts only if it is signed (RFC 8058, 4).
SIGNED = [
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
]  # fmt: skip
TEXT_PART = 255  # bytes of one string of a DNS record (RFC 1035, 3.3)


def signature(content: bytes, *, key: RSAPrivateKey, selector: str, domain: str) -> str:
    """Return the value of the header DKIM-Signature, in lines of its own.

    Args:
        content: the mail as it goes out, lines ended by CRLF.
        selector: under which name of the domain the public key is found.
    """
    headers, body = rfc822_parse(content)
    names = _names(headers)
    body_hash = b64encode(hashlib.sha256(Simple.canonicalize_body(body)).digest()).decode()
    tags = [
        f"v=1; a=rsa-sha256; c=relaxed/simple; d={domain};",
        f"s={selector}; t={int(time.time())};",
        *textwrap.wrap(f"h={' : '.join(names)};", 76, break_on_hyphens=False),
        f"bh={body_hash};",
        "b=",
    ]
    unsigned = "\r\n ".join(tags)
    signed = [*_chosen(headers, names), *Relaxed.canonicalize_headers([(b"DKIM-Signature", unsigned.encode())])]
    hashed = b"".join(name + b":" + value for name, value in signed).removesuffix(b"\r\n")
    made = b64encode(key.sign(hashed, PKCS1v15(), SHA256())).decode()
    return unsigned + "\r\n ".join(textwrap.wrap(made, 72))


def dns_record(key: RSAPrivateKey) -> list[str]:
    """Return the TXT record that lets others check the signatures, in strings as long as DNS allows."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    record = f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"
    return [record[start : start + TEXT_PART] for start in range(0, len(record), TEXT_PART)]


def _names(headers: list[tuple[bytes, bytes]]) -> list[str]:
    """Name each header once more than it is there, so that nobody adds a second one (RFC 6376, 8.15)."""
    there = [name.strip().lower() for name, _value in headers]
    return [name for name in SIGNED if (count := there.count(name.lower().encode())) for _ in range(count + 1)]


def _chosen(headers: list[tuple[bytes, bytes]], names: list[str]) -> list[tuple[bytes, bytes]]:
    return select_headers(Relaxed.canonicalize_headers(headers), [name.lower().encode() for name in names])
