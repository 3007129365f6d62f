"""The token in a mail's unsubscribe link: it ends one subscription, and nothing else."""

from django.core import signing

_signer = signing.Signer(salt="digests.unsubscribe", sep=".")


def unsubscribe_token(subscription_id: int) -> str:
    """Sign a subscription; the token never expires, since an old mail must still let its reader out."""
    return _signer.sign(str(subscription_id))


def read_unsubscribe_token(token: str) -> int | None:
    """Return the subscription that a token of ours names, or None for any other text."""
    try:
        return int(_signer.unsign(token))
    except signing.BadSignature:
        return None
