"""Backup and restore: what was saved comes back, and what it replaces is kept aside."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import EmbeddedServers

TOP = Path(__file__).parents[2]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lectern-backup-"))
    folder.chmod(0o755)
    with EmbeddedServers(folder, durable=False):
        yield folder
    shutil.rmtree(folder, ignore_errors=True)


def run(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = os.environ | {"DATA_DIR": str(data_dir)}
    return subprocess.run([sys.executable, *arguments], cwd=TOP, env=variables, capture_output=True, text=True, check=False)


def titles(data_dir: Path) -> list[str]:
    with EmbeddedServers(data_dir).connect("lectern") as connection:
        return [title for (title,) in connection.execute("SELECT title FROM papers_paper ORDER BY title")]


def test_a_backup_brings_papers_and_keys_back(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"title": "Kept"}\n')
    (tmp_path / "two.jsonl").write_text('{"title": "Later"}\n')
    file = tmp_path / "saved.tar"
    run(data_dir, "manage.py", "migrate", "--verbosity", "0")
    run(data_dir, "manage.py", "import_papers", str(tmp_path / "one.jsonl"))
    saved = run(data_dir, "-m", "config.backup", "save", str(file))
    assert saved.returncode == 0, saved.stderr
    assert file.stat().st_mode & 0o777 == 0o600

    key = (data_dir / "keys" / "secret_key").read_text()
    (data_dir / "keys" / "secret_key").write_text("another key, thirty-two characters and more")
    run(data_dir, "manage.py", "import_papers", str(tmp_path / "two.jsonl"))
    assert titles(data_dir) == ["Kept", "Later"]

    restored = run(data_dir, "-m", "config.backup", "load", str(file))
    assert restored.returncode == 0, restored.stderr
    assert titles(data_dir) == ["Kept"]
    assert (data_dir / "keys" / "secret_key").read_text() == key
    with EmbeddedServers(data_dir).connect("postgres") as connection:
        kept = connection.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'lectern_before_%'").fetchone()
    assert kept == (1,)


def test_a_file_that_is_no_backup_changes_nothing(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("not an archive")
    result = run(data_dir, "-m", "config.backup", "load", str(tmp_path / "x.tar"))
    assert result.returncode == 1
    assert "is not a backup of Lectern" in result.stderr


def test_an_existing_file_is_never_overwritten(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("precious")
    result = run(data_dir, "-m", "config.backup", "save", str(tmp_path / "x.tar"))
    assert "was left alone" in result.stderr
    assert (tmp_path / "x.tar").read_text() == "precious"
