"""The library's lines: a paper's record and the topic that demo readers choose by."""

import json
from dataclasses import dataclass
from pathlib import Path

from papers.record import PaperRecord


@dataclass(frozen=True)
class Entry:
    record: PaperRecord
    topic: str


def read_library(path: Path) -> list[Entry]:
    """Read the shipped library; a line that cannot be taken is a fault of ours and raises RecordError."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Entry(PaperRecord.from_mapping(line), line["topic"]) for line in lines]
