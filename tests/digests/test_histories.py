"""Folders of reading histories: what is right is read, and each wrong line is named."""

import json
from pathlib import Path

import pytest

from digests.recommender.histories import NoHistories, read_histories

PAPERS = [
    {"key": "a", "title": "Graphs", "abstract": "nodes", "new": False},
    {"key": "b", "title": None, "abstract": float("nan"), "new": True},
    {"key": "a", "title": "again"},
    {"title": "no key"},
    {"key": "c", "new": "yes"},
]


def written(folder: Path, **files: list[object]) -> Path:
    for name, records in files.items():
        (folder / f"{name}.jsonl").write_text("".join(each if isinstance(each, str) else json.dumps(each) + "\n" for each in records))
    return folder


def test_what_is_right_is_read_and_each_wrong_line_is_named(tmp_path: Path) -> None:
    history = [
        {"user": "r1", "papers": ["a", "a", "z"]},
        "{broken\n",
        "[]\n",
        "\n",
        {"user": 7, "papers": []},
        {"user": "r1", "papers": ["c", 3]},
    ]
    found = read_histories(written(tmp_path, papers=PAPERS, history=history, upcoming=[{"user": "r1", "papers": ["b", "a"]}]))
    assert [paper.title for paper in found.papers] == ["Graphs", "", ""]
    assert (found.keys, found.new, found.saved) == (["a", "b", "c"], {2}, {"r1": [1, 3]})
    assert (found.readers_to_score(), found.upcoming()) == (["r1"], {"r1": {2}})
    assert [line.partition(":")[0] for line in found.rejected] == [
        "papers.jsonl, line 3",
        "papers.jsonl, line 4",
        "history.jsonl, r1",
        "history.jsonl, line 2",
        "history.jsonl, line 3",
        "history.jsonl, line 5",
        "history.jsonl, r1",
    ]


def test_a_folder_without_the_files_is_refused_with_their_names(tmp_path: Path) -> None:
    with pytest.raises(NoHistories, match=r"papers\.jsonl cannot be read: No such file"):
        read_histories(tmp_path)
