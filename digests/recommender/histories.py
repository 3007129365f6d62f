"""Reading histories as a folder of JSON Lines, for measuring without a database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digests.recommender.shapes import PaperText

NEEDED = "The folder needs papers.jsonl, history.jsonl and upcoming.jsonl."


class NoHistories(Exception):
    """The folder is not one of histories; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Histories:
    """Papers, and what readers saved before the scored week.

    Args:
        papers: all papers; an id is the paper's number in the file, from 1.
        keys: the papers' keys, in the same order.
        new: ids of the papers that come in the scored week.
        saved: ids of the papers of each reader's, the latest first as far as the file has an order, by name.
        rejected: what could not be read: file, line and reason.
    """

    folder: Path
    papers: list[PaperText] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    new: set[int] = field(default_factory=set)
    saved: dict[str, list[int]] = field(default_factory=dict)
    rejected: list[str] = field(default_factory=list)

    def readers_to_score(self) -> list[str]:
        """Return who is in upcoming.jsonl, and nothing else of it."""
        return list(dict.fromkeys(record["user"] for record in self._readers("upcoming.jsonl")))

    def upcoming(self) -> dict[str, set[int]]:
        """Return the new papers that each reader saved in the scored week; to be asked when ranking is done."""
        return {name: self.new.intersection(papers) for name, papers in self._saved("upcoming.jsonl").items()}

    def _read(self) -> None:
        numbers: dict[str, int] = {}
        for place, record in self._records("papers.jsonl"):
            key = record.get("key")
            if not isinstance(key, str) or key in numbers:
                self.rejected.append(f"{place}: no key" if not isinstance(key, str) else f"{place}: {key} is there already")
                continue
            numbers[key] = len(numbers) + 1
            self.keys.append(key)
            self.papers.append(PaperText(id=numbers[key], title=_text(record.get("title")), abstract=_text(record.get("abstract"))))
            if record.get("new") is True:
                self.new.add(numbers[key])
        self.saved.update(self._saved("history.jsonl"))

    def _saved(self, name: str) -> dict[str, list[int]]:
        """Ids of papers by reader, each once; a key that no paper has is left out, and named."""
        numbers = {key: number for number, key in enumerate(self.keys, start=1)}
        saved: dict[str, list[int]] = {}
        for record in self._readers(name):
            if unknown := [key for key in record["papers"] if not isinstance(key, str) or key not in numbers]:
                self.rejected.append(f"{name}, {record['user']}: no paper {', '.join(map(str, unknown[:3]))}")
            known = [numbers[key] for key in record["papers"] if isinstance(key, str) and key in numbers]
            saved[record["user"]] = list(dict.fromkeys([*saved.get(record["user"], []), *known]))
        return saved

    def _readers(self, name: str) -> Iterator[dict[str, Any]]:
        for place, record in self._records(name):
            if isinstance(record.get("user"), str) and isinstance(record.get("papers"), list):
                yield record
            else:
                self.rejected.append(f"{place}: a reader needs `user`, a name, and `papers`, a list of keys")

    def _records(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        try:
            lines = (self.folder / name).open(encoding="utf-8", errors="replace")
        except OSError as problem:
            raise NoHistories(f"{self.folder / name} cannot be read: {problem.strerror}. {NEEDED}") from problem
        with lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line)
                except ValueError:
                    self.rejected.append(f"{name}, line {number}: not JSON")
                    continue
                if isinstance(record, dict):
                    yield f"{name}, line {number}", record
                else:
                    self.rejected.append(f"{name}, line {number}: not an object")


def read_histories(folder: Path) -> Histories:
    """Read papers and histories; what cannot be read is named in `rejected`, and the rest goes on.

    Raises:
        NoHistories: if a file is missing.
    """
    found = Histories(folder)
    found._read()
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
