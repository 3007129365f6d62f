"""One Lectern of their own for all of these tests: setting it up takes longer than most of them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.faults.instance")  # its assertions say what they found

from tests.faults.instance import Instance  # noqa: E402


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    with tempfile.TemporaryDirectory(prefix="lec-faults-", ignore_cleanup_errors=True) as folder:
        instance = Instance(Path(folder))
        try:
            instance.start()
            yield instance
        finally:
            instance.stop()
