"""`make run`: brings up servers, data and processes, tells where everything is, and takes it all down."""

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import psutil
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from rich.console import Console
from rich.panel import Panel

from config import env
from config.embedded import EmbeddedServerError, EmbeddedServers
from config.keys import ensure_keys

BASE_DIR = Path(__file__).resolve().parent.parent
PYTHONS = ((3, 11), (3, 13))
# docker-compose.yml runs the same commands; tests compare the two.
COMMANDS = {
    "web": "gunicorn config.wsgi --config config/gunicorn.py",
    "worker": "celery --app config worker --concurrency 2 --without-gossip --without-mingle --loglevel WARNING",
    "beat": "celery --app config beat --loglevel WARNING",
}
STOP_SECONDS = 20


def stop_with(sentence: str) -> NoReturn:
    """End the program with one plain sentence."""
    sys.exit(f"Lectern did not start: {sentence}")


def check_python() -> None:
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        stop_with(f"it needs Python 3.11, 3.12 or 3.13, and this is {sys.version_info[0]}.{sys.version_info[1]}.")


def prepare_data_dir() -> Path:
    """Make DATA_DIR and the keys in it; say what to do where that is not possible."""
    data_dir = env.folder("DATA_DIR", BASE_DIR / "var")
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        (data_dir / "mail").mkdir(exist_ok=True)
        (data_dir / ".writable").touch()
        (data_dir / ".writable").unlink()
        ensure_keys(data_dir)
    except ImproperlyConfigured as problem:
        stop_with(str(problem))
    except OSError as problem:
        stop_with(f"it cannot write to {data_dir} ({problem.strerror}). Set DATA_DIR to a folder that you may write to.")
    return data_dir


def read_settings() -> LazySettings:
    """Load the settings, once the keys exist; a value that cannot be understood ends the program."""
    from django.conf import settings

    try:
        settings.SECRET_KEY  # noqa: B018 - the first look loads them all
    except ImproperlyConfigured as problem:
        stop_with(str(problem))
    return settings


@contextmanager
def servers(data_dir: Path) -> Iterator[None]:
    """Hold up the embedded servers that no environment variable replaces."""
    own = EmbeddedServers(data_dir, postgres=not env.text("DATABASE_URL"), valkey=not env.text("REDIS_URL"))
    try:
        own.start()
    except (EmbeddedServerError, OSError, subprocess.SubprocessError) as problem:
        stop_with(f"the embedded servers under {data_dir} failed. {problem}")
    try:
        yield
    finally:
        own.stop()


def main() -> None:
    check_python()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for stop in (signal.SIGINT, signal.SIGTERM):  # also where a shell started us with SIGINT ignored
        signal.signal(stop, _interrupt)
    data_dir = prepare_data_dir()
    settings = read_settings()
    with suppress(KeyboardInterrupt), only_run(data_dir), servers(data_dir):
        _end_leftovers(data_dir)
        _check_port(settings.HOST, settings.PORT)
        os.environ["SERVERS_ARE_UP"] = "1"
        _prepare_data()
        _Processes(data_dir).run()
    Console().print("Lectern has stopped. Your data is kept.")


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


@contextmanager
def only_run(data_dir: Path) -> Iterator[None]:
    """Hold the data for as long as it lasts; nobody else runs Lectern, or restores a backup, meanwhile."""
    with (data_dir / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stop_with(f"it is already running with the data in {data_dir}. Stop that one, or set DATA_DIR to another folder.")
        yield


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            why = "is in use" if problem.errno == errno.EADDRINUSE else f"cannot be used ({problem.strerror})"
            stop_with(f"port {port} {why}. Choose another one: make run PORT={port + 1}")


def _prepare_data() -> None:
    """Bring tables, static files and the demo library up to date, in one process of Django's."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    console = Console()
    with console.status("Bringing the database up to date …"):
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
    if settings.DEMO:
        call_command("demo", unless_loaded=True)


class _Processes:
    """The web server, the worker and the beat: started together, restarted when one dies, stopped together."""

    def __init__(self, data_dir: Path) -> None:
        self.record = data_dir / "processes.json"
        self.logs = data_dir / "logs"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def run(self) -> None:
        self.logs.mkdir(exist_ok=True)
        try:
            for name in COMMANDS:
                self._start(name)
            _wait_for_web(self.running["web"], self.logs / "web.log")
            Console().print(_welcome())
            while True:
                time.sleep(1)
                self._restart_dead()
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # an impatient second Ctrl-C must not skip the clean-up
            self._stop()

    def _start(self, name: str) -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-m", *COMMANDS[name].split()]
            self.running[name] = subprocess.Popen(command, cwd=BASE_DIR, stdout=log, stderr=log, start_new_session=True)
        self.record.write_text(json.dumps([_fingerprint(process.pid) for process in self.running.values()]))

    def _restart_dead(self) -> None:
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                Console().print(
                    f"[yellow]The {name} process ended with code {process.returncode}; starting it again. See {self.logs / name}.log[/]"
                )
                self._start(name)

    def _stop(self) -> None:
        _end([psutil.Process(process.pid) for process in self.running.values() if process.poll() is None])
        self.record.unlink(missing_ok=True)


def _fingerprint(pid: int) -> dict[str, float]:
    return {"pid": pid, "created": psutil.Process(pid).create_time()}


def _end_leftovers(data_dir: Path) -> None:
    """End the processes of a run that was killed before it could do so itself."""
    record = data_dir / "processes.json"
    left = []
    with suppress(FileNotFoundError, ValueError):
        for entry in json.loads(record.read_text()):
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(int(entry["pid"]))
                if abs(process.create_time() - entry["created"]) < 1:
                    left.append(process)
    _end(left)


def _end(processes: list[psutil.Process]) -> None:
    family = [member for process in processes for member in (process, *_children(process))]
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(family, timeout=STOP_SECONDS)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _wait_for_web(web: subprocess.Popen[bytes], log: Path) -> None:
    from django.conf import settings

    host = "127.0.0.1" if settings.HOST == "0.0.0.0" else settings.HOST  # noqa: S104 - one cannot ask "everywhere"
    address = f"http://{host}:{settings.PORT}/healthz"
    for _ in range(300):
        if web.poll() is not None:
            break
        with suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.1)
    stop_with(f"the web server gave no answer; {log} tells why.")


def _welcome() -> Panel:
    from django.conf import settings

    mail = f"handed to {settings.RELAY.host}:{settings.RELAY.port}" if settings.RELAY else f"written as files to {settings.MAIL_DIR}"
    lines = [f"Open      [bold]{settings.SITE_URL}[/]", f"Mail      {mail}", f"Data      {settings.DATA_DIR}"]
    if settings.DEMO:
        from papers.demo import ADMIN, PASSWORD, READERS

        some = ", ".join(reader.email for reader in READERS[:2])
        lines.insert(1, f"Log in    {some} …, password [bold]{PASSWORD}[/]  (admin: {ADMIN.email})")
    lines.append("Stop      Ctrl-C")
    return Panel("\n".join(lines), title=f"{settings.SITE_NAME} is running", expand=False)


if __name__ == "__main__":
    main()
