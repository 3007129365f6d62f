"""A DKIM key of the tests' own, and the DNS that has its record."""

from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa

from digests.channels.dkim import dns_record


@cache
def dkim_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def is_signed(content: bytes) -> bool:
    """Tell whether a mail as it arrived carries a signature that holds, as a receiver would."""

    def answer(name: bytes, timeout: int = 5) -> bytes | None:
        return "".join(dns_record(dkim_key())).encode() if name == b"lectern._domainkey.127.0.0.1." else None

    return bool(dkim.verify(content, dnsfunc=answer))
