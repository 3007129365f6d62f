"""The phone of somebody with a second factor."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

PERIOD = 30  # seconds


def code_of(secret: str, steps: int = 0) -> str:
    """Return the code that an authenticator app shows now, or some steps of 30 seconds away."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + steps))
