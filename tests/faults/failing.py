"""Senders that die at each step of a mail's way, before it and after it: `python -m tests.faults.failing KILLS`.

Forks a sender that kills itself with -9 at one step, as often as KILLS says, then goes on to the next step; at last one that lives
drains what is left. Prints for each step how many died there, as JSON.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

LONGEST, PATIENCE = 3_600, 2  # seconds
OFTEN = ("claim", "load", "hand over", "dot")  # steps of every mail: death comes at any of them, and surely while mail is left


def steps() -> dict[str, tuple[Any, str]]:
    """Where each step is done: what it belongs to, and its name there."""
    from digests.actions import delivering, outbox, resting, settling
    from digests.channels.email import EmailChannel

    return {
        "claim": (outbox, "claim"),
        "load": (delivering._Sender, "_write_for"),
        "hand over": (outbox, "hand_over"),
        "dot": (EmailChannel, "_finish"),
        "note": (outbox, "mark_sent"),
        "put back": (outbox, "put_back"),
        "end": (outbox, "end"),
        "suppress": (outbox, "suppress_address"),
        "rest": (resting, "rest"),
        "release": (outbox, "release"),
        "free": (settling, "_free_abandoned"),
        "decide": (settling, "_decide"),
    }


def main(kills: int) -> None:
    died: Counter[str] = Counter()
    wanted = [(step, moment) for step in steps() for moment in ("before", "after")] * kills
    random.shuffle(wanted)
    wanted.sort(key=lambda one: one[0] not in OFTEN)  # the rare ones may wait in vain, and use up the mail meanwhile
    for step, moment in wanted:
        died[f"{moment} {step}"] += in_a_child(lambda step=step, moment=moment: send_until_death(step, moment)) == signal.SIGKILL
    in_a_child(send_until_nothing_is_left)
    print(json.dumps(died))  # noqa: T201


def in_a_child(work: Callable[[], None]) -> int:
    """Run something in a process of its own; return the signal that ended it, or 0."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return os.WTERMSIG(os.waitpid(pid, 0)[1])


def send_until_death(step: str, moment: str) -> None:
    """Send until the step is reached; give up when it is not, for a while or until nothing is left."""
    from digests.models import Delivery

    place, name = steps()[step]
    real = getattr(place, name)

    def deadly(*args: Any, **more: Any) -> Any:
        is_last = step not in OFTEN or random.random() < 0.3
        if is_last and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **more)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(place, name, deadly)
    deadline = time.monotonic() + PATIENCE * (5 if step in OFTEN else 1)
    while time.monotonic() < deadline and Delivery.objects.under_way().exists():
        send_once()


def send_until_nothing_is_left() -> None:
    from digests.models import Delivery

    deadline = time.monotonic() + LONGEST
    while Delivery.objects.under_way().exists() and time.monotonic() < deadline:
        send_once()
        time.sleep(0.1)


def send_once() -> None:
    """One round, as manage.py deliver does it, for which nothing has to wait."""
    from django.db.models.functions import Now

    from digests import actions
    from digests.models import Delivery, RelayRest

    RelayRest.objects.all().delete()
    Delivery.objects.filter(state=Delivery.State.PENDING).update(not_before=Now())
    actions.settle_doubts()
    actions.deliver_mail(seconds=1)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
