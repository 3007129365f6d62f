"""Keys: made once, private, never made up silently."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.keys import NAMES, ensure_keys, read_key


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    ensure_keys(tmp_path)
    first = {name: read_key(name, tmp_path) for name in NAMES}
    ensure_keys(tmp_path)
    assert {name: read_key(name, tmp_path) for name in NAMES} == first
    assert len(set(first.values())) == len(NAMES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_many_first_starts_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    def start(_: int) -> str:
        ensure_keys(tmp_path)
        return read_key("SECRET_KEY", tmp_path)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(40)))) == 1


def test_a_missing_or_short_key_stops_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        read_key("SECRET_KEY", tmp_path)
    monkeypatch.setenv("SECRET_KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is shorter"):
        read_key("SECRET_KEY", tmp_path)


def test_a_key_of_the_environment_wins_and_is_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELD_KEY", "k" * 40)
    ensure_keys(tmp_path)
    assert read_key("FIELD_KEY", tmp_path) == "k" * 40
    assert not (tmp_path / "keys" / "field_key").exists()
