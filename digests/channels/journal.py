"""Asking a relay's own log which mails it accepted: the only witness after a sender died at the dot."""

from pathlib import Path


def is_in_journal(path: str, message_id: str) -> bool | None:
    """Look a Message-ID up in a text file that holds all accepted ones, in lines of any form.

    Returns:
        None when the file cannot be read: then nobody knows.
    """
    wanted = message_id.strip("<>")
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as journal:
            return any(wanted in line for line in journal)
    except OSError:
        return None
