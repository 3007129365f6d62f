"""`manage.py evaluate_recommender DIR`: train on the reading histories of a folder and say how well their future is ranked."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from digests.recommender import trial
from digests.recommender.evaluation import Quality
from digests.recommender.histories import NoHistories, read_histories

WIDTH = 120  # characters, so that no figure is broken
MOST_NAMED = 20  # lines that could not be read


class Command(BaseCommand):
    help = "Train the recommender on a folder of reading histories, rank its new papers for each reader, and score that. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a folder with papers.jsonl, history.jsonl and upcoming.jsonl")
        parser.add_argument("--json", action="store_true", help="figures as JSON")
        parser.add_argument("--ranking", type=Path, metavar="FILE", help="write each reader's first 100 papers there, a JSON object a line")

    def handle(self, *args: Any, folder: Path, json: bool, ranking: Path | None, **options: Any) -> None:
        console = Console(stderr=True)
        try:
            histories = read_histories(folder)
            outcome = trial.run(histories, console=console)
        except NoHistories as problem:
            raise CommandError(str(problem)) from problem
        rejected = list(dict.fromkeys(histories.rejected))  # upcoming.jsonl is read twice
        for line in rejected[:MOST_NAMED]:
            console.print(f"Left out: {line}", markup=False)
        if len(rejected) > MOST_NAMED:
            console.print(f"and {len(rejected) - MOST_NAMED:,} more")
        if ranking:
            _write(ranking, outcome.rankings)
        if json:
            self.stdout.write(_as_json(outcome))
        else:
            Console(width=WIDTH).print(_as_table(outcome))


def _write(file: Path, rankings: dict[str, list[str]]) -> None:
    with file.open("w", encoding="utf-8") as lines:
        for name, keys in rankings.items():
            lines.write(json.dumps({"user": name, "papers": keys}) + "\n")


def _as_json(outcome: trial.Outcome) -> str:
    speed = {"training_seconds": round(outcome.training, 1), "readers_per_second": round(outcome.readers_per_second)}
    return json.dumps({"scores": asdict(outcome.scores), "lists": asdict(outcome.lists)} | speed, indent=2)


def _as_table(outcome: trial.Outcome) -> Table:
    speed = f"trained in {outcome.training:.0f} s, {outcome.readers_per_second:,.0f} readers/s"
    table = Table("", "nDCG@10", *(f"recall@{cutoff}" for cutoff in outcome.scores.recall), "MRR", "coverage", title=speed)
    for name, found in (("the scorer's order", outcome.scores), (f"the list in the mail ({trial.LIST})", outcome.lists)):
        table.add_row(name, *_figures(found), end_section=True)
    return table


def _figures(found: Quality) -> list[str]:
    return [f"{figure:.4f}" for figure in (found.ndcg, *found.recall.values(), found.mrr, found.coverage)]
