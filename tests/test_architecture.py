"""The rules of the tree: who imports whom, where files may be, how long they may grow."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from importlinter.application.use_cases import lint_imports
from importlinter.configuration import configure

from config.supervisor import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "papers", "digests", "config")
TOP_LEVEL = {
    *("manage.py", "config", "papers", "accounts", "digests", "templates", "tests", "requirements.txt", "docker-compose.yml"),
    *("README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "Makefile", "Dockerfile", "requirements-dev.txt", ".env.example"),
    *("docs", "benchmarks", "extension", ".ci", ".gitignore", ".dockerignore"),
}
VAGUE = {"utils", "helpers", "services", "core", "common", "signals", "misc", "managers"}
LONGEST = 350
MODULES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def test_the_contracts_between_modules_hold() -> None:
    configure()
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_well_named_and_says_what_it_owns(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= LONGEST
    assert path.stem not in VAGUE
    assert path.parent.name not in VAGUE
    if path.name not in {"__init__.py", "apps.py"}:
        assert ast.get_docstring(ast.parse(text)), "no docstring"


def test_the_top_level_holds_what_convention_expects() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    assert {name.partition("/")[0] for name in listed.stdout.splitlines()} <= TOP_LEVEL


def test_the_containers_run_the_commands_of_make_run() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert {name: services[name]["command"] for name in COMMANDS} == COMMANDS


def test_the_migrations_say_what_the_models_say(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_importing_the_settings_starts_nothing(tmp_path: Path) -> None:
    program = (
        "import os, pathlib; os.environ['DATA_DIR'] = folder = os.path.abspath('data');"
        "os.environ |= {'SECRET_KEY': 'x' * 50, 'TOKEN_PEPPER': 'y' * 50, 'FIELD_KEY': 'z' * 50};"
        "import config.settings; assert not pathlib.Path(folder).exists(), 'importing settings wrote something'"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": ""}, check=True)
