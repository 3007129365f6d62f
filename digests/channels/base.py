"""What every way out of the house can do, and what can become of a mail on it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from enum import Enum, auto
from typing import Protocol

BeforeDot = Callable[[], float | None]


class Verdict(Enum):
    """What became of one attempt."""

    ACCEPTED = auto()  # the relay has it: it is the relay's to deliver now
    STOPPED = auto()  # before_dot said no; nothing was sent
    DEFERRED = auto()  # certainly not accepted; worth another try
    RELAY_DOWN = auto()  # the same, and the next mail would fare no better
    REFUSED = auto()  # certainly not accepted, and never will be
    NO_SUCH_ADDRESS = auto()  # the same, for the address's own sake
    IN_DOUBT = auto()  # the dot went out and no answer came back (RFC 1047)


@dataclass(frozen=True)
class Outcome:
    """A verdict, and in the relay's words why.

    `broke` if the connection hung or broke instead of an answer; `wait` where it is known how long a mail is put off;
    `status` is that of an answer over HTTP, 0 where there was none; `is_ours` where a fault here says nothing about the receiver;
    `provider_id` is what an HTTP provider calls the mail that it took.
    """

    verdict: Verdict
    reason: str = ""
    broke: bool = False
    wait: timedelta | None = None
    provider_id: str = ""
    status: int = 0
    is_ours: bool = False


def is_over(until: float | None) -> bool:
    """Tell whether the answer of before_dot forbids to finish, be it that this process was stopped for too long since."""
    return until is None or time.monotonic() > until


class Server(Protocol):
    """Where another server is and how to get in, as settings say it."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def tls(self) -> bool: ...


class Channel(Protocol):
    memory: timedelta | None  # for how long was_accepted can say no and be right; None for ever

    def send(self, message: EmailMessage, before_dot: BeforeDot) -> Outcome:
        """Hand one mail over. Never raises for what the relay does.

        Args:
            message: a whole mail with To, From and Message-ID.
            before_dot: called once when all but the last byte is out. It returns until when, on the monotonic
                clock, that byte may follow; None means: do not finish.
        """

    def was_accepted(self, message_id: str) -> bool | None:
        """Tell whether a mail was accepted at some time; None where nobody can be asked."""

    def close(self) -> None:
        """Let go of connections; the channel may be used again."""
