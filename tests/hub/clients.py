"""The official clients, each release in an environment of its own: made once, with pip, and kept beside the tests' own."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

# The newest, and the last of the line before, whose command needs what its dependencies have stopped to bring.
RELEASES = {"2.4.0": (), "1.8.0": ("click<8.3", "typer<0.16")}
HERE = Path(__file__).parent
KEPT_IN = Path(sys.prefix) / "clients"


class Failed(AssertionError):
    """A client that was to succeed did not; the text is all that it printed."""


def environment_of(release: str) -> Path:
    """Return the folder of a release's environment; whoever comes first makes it, the others wait."""
    folder = KEPT_IN / f"hf-{release}"
    KEPT_IN.mkdir(exist_ok=True)
    with (KEPT_IN / f"hf-{release}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, f"huggingface_hub=={release}", *RELEASES[release]], check=True, capture_output=True)
            (folder / "made").touch()
    return folder


class HubClient:
    """One release of huggingface_hub, pointed at an address, with somebody's token.

    Args:
        home: a folder of its own, so that nobody's real tokens are read or written.
    """

    def __init__(self, *, release: str, address: str, home: Path, token: str = "") -> None:
        self.release, self.folder, self.address = release, environment_of(release), address
        self.environment = {
            "PATH": os.environ["PATH"],
            "HF_ENDPOINT": address,
            "HF_HOME": str(home),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
            "NO_COLOR": "1",
            "COLUMNS": "400",
            **({"HF_TOKEN": token} if token else {}),
        }

    def call(self, *steps: tuple[str, dict[str, Any]], endpoint: str = "") -> list[Any]:
        """Call methods of HfApi one after the other; return what each gave, or {"error": its class, "status": …, "words": …}.

        Args:
            steps: method and arguments; "$0.slug" stands for that attribute of what the first step gave.
            endpoint: as HfApi(endpoint=…) takes it.
        """
        asked = json.dumps({"endpoint": endpoint, "steps": steps})
        done = self._run([self.folder / "bin" / "python", HERE / "driver.py"], asked)
        if done.returncode:
            raise Failed(done.stderr)
        answers: list[Any] = json.loads(done.stdout)
        return answers

    def one(self, method: str, endpoint: str = "", **arguments: Any) -> Any:
        return self.call((method, arguments), endpoint=endpoint)[0]

    def hf(self, *words: str) -> str:
        """Run the command `hf`; return what it printed."""
        done = self.run_hf(*words)
        if done.returncode:
            raise Failed(f"hf {' '.join(words)}: {done.stdout}\n{done.stderr}")
        return done.stdout

    def run_hf(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return self._run([self.folder / "bin" / "python", self.folder / "bin" / "hf", *words])  # a checkout may move

    def start_hf(self, *words: str) -> "subprocess.Popen[str]":
        """Start the command `hf`, which then waits for somebody, and which nobody types to."""
        command = [self.folder / "bin" / "python", self.folder / "bin" / "hf", *words]
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, env=self.environment, text=True, **pipes)

    def _run(self, command: list[Any], given: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, input=given, env=self.environment, capture_output=True, text=True, timeout=120, check=False)
