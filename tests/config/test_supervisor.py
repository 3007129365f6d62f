"""`make run` from the outside: it serves, stops cleanly, recovers from a kill, and says what is wrong."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from config.embedded import EmbeddedServers

TOP = Path(__file__).parents[2]
PATIENCE = 90  # seconds


class Run:
    """A supervisor in a process of its own, on a free port and an empty data folder."""

    def __init__(self) -> None:
        self.data_dir = Path(tempfile.mkdtemp(prefix="lectern-run-"))
        self.data_dir.chmod(0o755)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> subprocess.Popen[str]:
        keep = {name: value for name, value in os.environ.items() if name not in {"SERVERS_ARE_UP", "DJANGO_SETTINGS_MODULE"}}
        own = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "DEMO": "0"}
        command = [sys.executable, "-m", "config.supervisor"]
        return subprocess.Popen(command, cwd=TOP, env=keep | own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait_until_it_serves(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                assert answer.read() == b"ok\n"
                return
            time.sleep(0.2)
        pytest.fail("no answer from /healthz")

    def wait_until_welcome(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl-C" in line:
                return
        pytest.fail("no welcome was printed")

    def processes(self) -> list[psutil.Process]:
        """Everything that was started for this data folder and is still there."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                named = str(self.data_dir) in " ".join(process.cmdline())
                if named or process.environ().get("DATA_DIR") == str(self.data_dir):
                    found.append(process)
        return found


@pytest.fixture
def run() -> Iterator[Run]:
    run = Run()
    yield run
    for process in run.processes():
        with suppress(psutil.Error):
            process.kill()
    shutil.rmtree(run.data_dir, ignore_errors=True)


@pytest.mark.faults
def test_it_serves_survives_a_kill_and_leaves_nothing_behind(run: Run) -> None:
    killed = run.start()
    run.wait_until_welcome(killed)
    killed.kill()
    killed.communicate()
    assert run.processes(), "the killed run should have left its servers behind"

    recovered = run.start()
    run.wait_until_welcome(recovered)
    run.wait_until_it_serves()

    second = run.start()
    assert "already running" in second.communicate(timeout=PATIENCE)[0]
    assert second.returncode == 1

    recovered.send_signal(signal.SIGINT)
    assert "Your data is kept" in recovered.communicate(timeout=PATIENCE)[0]
    assert recovered.returncode == 0
    assert run.processes() == []


def test_a_busy_port_gets_one_sentence(run: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", run.port))
        other.listen()
        output, _ = run.start().communicate(timeout=PATIENCE)
    assert output == f"Lectern did not start: port {run.port} is in use. Choose another one: make run PORT={run.port + 1}\n"
    assert run.processes() == []


def test_the_last_user_of_the_embedded_servers_stops_them(run: Run) -> None:
    first, second = EmbeddedServers(run.data_dir, durable=False), EmbeddedServers(run.data_dir, durable=False)
    first.start()
    second.start()
    first.stop()
    with second.connect("lectern") as connection:
        assert connection.execute("SHOW server_version").fetchone()[0].startswith("18")
    assert second.valkey_client().ping()
    second.stop()
    assert run.processes() == []


def test_a_long_data_dir_still_gets_sockets_short_enough(tmp_path: Path) -> None:
    servers = EmbeddedServers(tmp_path / ("long" * 30))
    assert len(str(servers.sockets)) < 60
    assert servers.sockets != EmbeddedServers(tmp_path / ("lung" * 30)).sockets


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "abc"}, "PORT='abc' is not valid"),
        ({"DATA_DIR": "/dev/null/x"}, "it cannot write to /dev/null/x"),
        ({"EMAIL_URL": "http://x"}, "EMAIL_URL="),
        ({"DEBUG": "perhaps"}, "DEBUG='perhaps' is not valid"),
    ],
)
def test_a_bad_environment_gets_one_sentence(variables: dict[str, str], sentence: str) -> None:
    for program in (["-m", "config.supervisor"], ["manage.py", "migrate"]):
        result = subprocess.run(
            [sys.executable, *program], cwd=TOP, env=os.environ | variables, capture_output=True, text=True, check=False
        )
        assert result.returncode == 1
        assert result.stderr.startswith("Lectern did not start: ")
        assert sentence in result.stderr
        assert result.stderr.count("\n") == 1
