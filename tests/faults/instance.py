"""A whole Lectern apart from the test run's own: its servers, its relay, and workers that may be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from celery import Celery

from config.embedded import EmbeddedServers, redis_url
from config.keys import ensure_keys
from tests.digests.relay import free_port

TOP = Path(__file__).resolve().parents[2]
CELERY = ["celery", "--app", "config", "worker", "--concurrency", "3", "--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
LOOP = ["manage", "deliver", "--loop", "--every", "0.2"]
LEASE = 4  # seconds: short, so that a test need not wait long; still well above what the relay takes


@dataclass
class Instance:
    folder: Path
    port: int = field(default_factory=free_port)
    more: dict[str, str] = field(default_factory=dict)
    relay: tuple[str, ...] = ()
    durable: bool = True  # a database that loses what it committed would prove nothing
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.chmod(0o755)
        ensure_keys(self.folder)
        self.servers = EmbeddedServers(self.folder, durable=self.durable)
        self.journal = self.folder / "journal"
        self.celery = Celery(broker=redis_url(self.folder).replace("unix://", "redis+socket://", 1))

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATA_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SERVERS_ARE_UP": "1",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "EMAIL_TIMEOUT": "2",
            "DELIVERY_JOURNAL": str(self.journal),
            "DELIVERY_LEASE": str(LEASE),
            **self.more,
        }

    def start(self) -> None:
        self.servers.start()
        self.run("manage", "migrate", "--verbosity", "0")

    def use(self, *relay: str, **more: str) -> None:
        """Begin a test: a relay with these options, an empty journal, and these variables for all processes."""
        self.relay, self.more = relay, more
        for process in self.processes:
            kill(process)
        self.processes.clear()
        self.servers.valkey_client().flushall()
        self.journal.write_text("")
        self.start_relay()

    def start_relay(self) -> subprocess.Popen[bytes]:
        relay = self.spawn("tests.faults.relay", str(self.port), str(self.journal), *self.relay)
        wait_for_port(self.port)
        return relay

    def stop(self) -> None:
        for process in self.processes:
            kill(process)
        self.servers.stop()

    def run(self, module: str, *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", module, *arguments], cwd=TOP, env=self.environment, check=True)

    def spawn(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a module as a process group of its own."""
        command = [sys.executable, "-m", module, *arguments]
        process = subprocess.Popen(command, cwd=TOP, env=self.environment, start_new_session=True, stdout=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def hint(self) -> None:
        """Tell the workers to look for work, as the clock does."""
        for task in ("digests.deliver", "digests.reap"):
            self.celery.send_task(task, ignore_result=True, expires=30)

    def query(self, sql: str, *parameters: Any) -> list[Any]:
        with self.servers.connect("lectern") as connection:
            cursor = connection.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def hurry(self) -> None:
        """Let the time pass that mails and the relay would wait until they are tried again."""
        self.query("UPDATE digests_delivery SET not_before = now() WHERE state = 'pending'")
        self.query("DELETE FROM digests_relayrest")

    def states(self) -> Counter[str]:
        return Counter(dict(self.query("SELECT state, count(*) FROM digests_delivery GROUP BY state")))

    def message_ids(self) -> set[str]:
        return {message_id for (message_id,) in self.query("SELECT message_id FROM digests_delivery")}

    def taken_up_again(self) -> int:
        """How many mails were claimed more than once: by a second sender, or to settle a doubt."""
        return int(self.query("SELECT count(*) FROM digests_delivery WHERE attempts > 1")[0][0])

    def accepted(self) -> Counter[str]:
        return Counter(line.split()[1] for line in self.journal.read_text().splitlines())


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 a process with all its children, which nothing of ours can catch."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def children(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process.pid).children(recursive=True)
    return []


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on port {port}")


def assert_each_went_out_once(instance: Instance, outbox: set[str], **states: int) -> None:
    """Compare what waited with what the relay's journal says, and with what the outbox says of it.

    Args:
        states: how many rows are in each state in the end; by default all are sent.
    """
    accepted = instance.accepted()
    assert outbox - set(accepted) == set(), "lost"
    assert {message_id: count for message_id, count in accepted.items() if count > 1} == {}, "doubled"
    assert instance.states() == (states or {"sent": len(outbox)})
