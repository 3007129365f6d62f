"""The instance's secret keys: made once, mode 0600, under DATA_DIR; or given by the environment."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

NAMES = ("SECRET_KEY", "TOKEN_PEPPER", "FIELD_KEY")


def ensure_keys(data_dir: Path) -> None:
    """Make every key that neither the environment nor DATA_DIR/keys has."""
    folder = data_dir / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in NAMES:
        path = folder / name.lower()
        if not os.environ.get(name) and not path.exists():
            _write_once(path, secrets.token_urlsafe(50))


def read_key(name: str, data_dir: Path) -> str:
    """Return a key from the environment, else from DATA_DIR/keys.

    Raises:
        ImproperlyConfigured: there is none; nothing is ever made up here, since
            two processes would then disagree.
    """
    value = os.environ.get(name, "").strip()
    path = data_dir / "keys" / name.lower()
    if not value and path.exists():
        value = path.read_text().strip()
    if len(value) < 32:
        problem = "is shorter than 32 characters" if value else "is not set"
        raise ImproperlyConfigured(
            f"{name} {problem}. Set it to a long random text, or start Lectern with `make run`, which makes one under {data_dir / 'keys'}."
        )
    return value


def _write_once(path: Path, value: str) -> None:
    """Write beside and link into place, so that two first starts agree on one key."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
