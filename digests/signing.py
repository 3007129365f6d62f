"""The tokens in links that stop mails: each ends one subscription, or one topic's mails to one reader, and nothing else."""

from django.core import signing

_signer = signing.Signer(salt="digests.unsubscribe", sep=".")
_stopper = signing.Signer(salt="digests.notices", sep=".")


def unsubscribe_token(subscription_id: int) -> str:
    """Sign a subscription; the token never expires, since an old mail must still let its reader out."""
    return _signer.sign(str(subscription_id))


def read_unsubscribe_token(token: str) -> int | None:
    """Return the subscription that a token of ours names, or None for any other text."""
    try:
        return int(_signer.unsign(token))
    except signing.BadSignature:
        return None


def stop_token(user_id: int, topic: str) -> str:
    """Sign a reader and a topic of notices; it never expires either."""
    return _stopper.sign(f"{user_id}-{topic}")


def read_stop_token(token: str) -> tuple[int, str] | None:
    """Return the reader and the topic that a token of ours names, or None for any other text."""
    try:
        user_id, _dash, topic = _stopper.unsign(token).partition("-")
    except signing.BadSignature:
        return None
    return int(user_id), topic
