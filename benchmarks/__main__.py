"""Runs benchmarks on servers and data of their own: `python -m benchmarks [--small] [--keep FOLDER] [NAME…]`."""

import argparse
import importlib
import os
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from rich.console import Console

from config.embedded import EmbeddedServers
from config.keys import ensure_keys

NAMES = (
    "ingesting",
    "voting",
    "charts",
    "answering",
    "digests",
    "week",
    "sending",
    "exporting",
    "searching",
    "lists",
    "taking_along",
    "recommender",
    "ranking",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run: {', '.join(NAMES)} (default: all)")
    parser.add_argument("--small", action="store_true", help="little data, to see that they run")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="data that stays, filled only once")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}.")
    for name in chosen.names or NAMES:
        _run_on_own_data(name, small=chosen.small, keep=chosen.keep)


def _run_on_own_data(name: str, *, small: bool, keep: Path | None) -> None:
    """Each benchmark has a process and servers of its own, so that none warms another's caches."""
    process = os.fork()
    if process:
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        if status:
            sys.exit(f"{name} ended with code {status}")
        return
    with _folder(keep) as folder:
        data_dir = Path(folder).resolve()
        data_dir.chmod(0o755)
        os.environ |= {"DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        ensure_keys(data_dir)
        (data_dir / "mail").mkdir(exist_ok=True)
        with EmbeddedServers(data_dir):
            _run(name, small=small)
    sys.exit(0)


def _folder(keep: Path | None) -> AbstractContextManager[str]:
    if keep is None:
        return tempfile.TemporaryDirectory(prefix="lectern-bench-", ignore_cleanup_errors=True)
    keep.mkdir(parents=True, exist_ok=True)
    return nullcontext(str(keep))


def _run(name: str, *, small: bool) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    table = importlib.import_module(f"benchmarks.{name}").measure(small=small)
    Console().print(table)


if __name__ == "__main__":
    main()
