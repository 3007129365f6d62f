"""How often something may be tried, decided in the database: exact under any number of processes, and no cache to flush."""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

TRY = """
INSERT INTO accounts_limit AS mine (key, tries, expires_at)
VALUES (%(key)s, ARRAY[clock_timestamp()], clock_timestamp() + %(window)s)
ON CONFLICT (key) DO UPDATE SET
    tries = array_append(ARRAY(SELECT t FROM unnest(mine.tries) t WHERE t > clock_timestamp() - %(window)s), clock_timestamp()),
    expires_at = clock_timestamp() + %(window)s
WHERE (SELECT count(*) FROM unnest(mine.tries) t WHERE t > clock_timestamp() - %(window)s) < %(amount)s
RETURNING 1
"""
WAIT = """
SELECT min(t) + %(window)s - clock_timestamp() FROM accounts_limit, unnest(tries) t
WHERE key = %(key)s AND t > clock_timestamp() - %(window)s
"""


@dataclass(frozen=True)
class Limit:
    """At most `amount` tries in any `window`, not just in each full one."""

    amount: int
    window: timedelta


def take(*, action: str, subject: str, limit: Limit) -> timedelta | None:
    """Count one try. The row is locked while it is counted, so that of any number at once only `amount` get through.

    Args:
        action: what is tried, such as "account_login".
        subject: who tries or at what: a network address, an account as it was typed.

    Returns:
        None if the try may go ahead, else how long until the next one may.
    """
    asked: dict[str, Any] = {"key": limit_key(action, subject), "amount": limit.amount, "window": limit.window}
    with connection.cursor() as cursor:
        cursor.execute(TRY, asked)
        if cursor.fetchone():
            return None
        cursor.execute(WAIT, asked)
        wait: timedelta | None = cursor.fetchone()[0]
    return max(wait or timedelta(), timedelta(seconds=1))


def limit_key(action: str, subject: str) -> str:
    """Return the name of a limit in the table: a keyed hash, so that the table tells nobody's address."""
    return salted_hmac("limit", f"{action}|{subject}", secret=settings.TOKEN_PEPPER, algorithm="sha256").hexdigest()


def same_account(typed: str) -> str:
    """Return one spelling for all that the database, which ignores case, could take for the same account."""
    return unicodedata.normalize("NFKC", typed).strip().upper().casefold()
