"""Reading ahead: the next entries of a file are read in a thread while the database takes the last ones."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def read_ahead(items: Iterable[T], size: int) -> Iterator[T]:
    """Yield the same items, of which up to twice `size` are in memory. What reading raises is raised here."""
    rest = iter(items)
    with ThreadPoolExecutor(max_workers=1) as pool:
        batch = pool.submit(lambda: list(islice(rest, size)))
        while found := batch.result():
            batch = pool.submit(lambda: list(islice(rest, size)))
            yield from found
