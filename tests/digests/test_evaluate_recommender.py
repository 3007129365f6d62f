"""`manage.py evaluate_recommender` on a folder of its own, without a database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.digests.test_histories import written

FIELDS = ("graph neural network message passing", "speech audio spectrogram word", "robot grasp motion policy")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    papers = [{"key": f"p{n}", "title": f"{FIELDS[n % 3]} {n}", "abstract": FIELDS[n % 3], "new": n >= 60} for n in range(90)]
    history = [{"user": f"r{n}", "papers": [f"p{n % 3 + 3 * k}" for k in range(n % 5 + 1)]} for n in range(9)]
    upcoming = [{"user": f"r{n}", "papers": [f"p{60 + n % 3}", f"p{63 + n % 3}"]} for n in range(9)] + [{"user": "cold", "papers": ["p60"]}]
    return written(tmp_path, papers=[*papers, {"key": "", "title": None}, {}], history=history, upcoming=upcoming)


def test_figures_come_as_json_and_the_ranking_can_be_scored_by_anybody(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = StringIO()
    call_command("evaluate_recommender", str(folder), "--json", "--ranking", str(folder / "ranking.jsonl"), stdout=out)
    found = json.loads(out.getvalue())
    rankings = {each["user"]: each["papers"] for each in map(json.loads, (folder / "ranking.jsonl").read_text().splitlines())}
    assert set(rankings) == {f"r{n}" for n in range(9)} | {"cold"}
    assert all(len(papers) == len(set(papers)) == 30 for papers in rankings.values())
    assert all({int(key[1:]) % 3 for key in rankings[f"r{n}"][:10]} == {n % 3} for n in range(9))
    hits = [len({f"p{60 + n % 3}", f"p{63 + n % 3}"} & set(rankings[f"r{n}"][:10])) / 2 for n in range(9)] + [
        "p60" in rankings["cold"][:10]
    ]
    assert found["scores"]["recall"]["10"] == pytest.approx(sum(hits) / 10)
    assert found["scores"]["readers"] == found["lists"]["readers"] == 10
    assert "papers.jsonl, line 92: no key" in capsys.readouterr().err


def test_a_table_says_the_same_to_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate_recommender", str(folder))
    assert "the scorer's order" in capsys.readouterr().out


def test_what_was_saved_next_is_not_looked_at_before_ranking(folder: Path) -> None:
    rankings = []
    for papers in (["p60"], ["p61", "p62"]):
        (folder / "upcoming.jsonl").write_text(json.dumps({"user": "r0", "papers": papers}) + "\n")
        call_command("evaluate_recommender", str(folder), "--json", "--ranking", str(folder / "ranking.jsonl"), stdout=StringIO())
        rankings.append((folder / "ranking.jsonl").read_text())
    assert rankings[0] == rankings[1]


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"needs papers\.jsonl"):
        call_command("evaluate_recommender", str(tmp_path))
