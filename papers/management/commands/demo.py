"""`manage.py demo`: the demo library, created or brought up to date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console

from papers.demo.load import is_loaded, load_demo, refresh_arrivals


class Command(BaseCommand):
    help = "Create the demo library: real papers, demo readers, votes, lists and teams. Running it again adds only what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unless-loaded", action="store_true", help="only keep the arrivals recent where the demo is there already")

    def handle(self, *args: Any, unless_loaded: bool, **options: Any) -> None:
        console = Console()
        if not (unless_loaded and is_loaded()):
            with console.status("Loading the demo library …") as status:
                load_demo(on_step=lambda step: status.update(f"Loading the demo library: {step} …"))
            self.stdout.write("The demo library is loaded.")
        if moved := refresh_arrivals():
            self.stdout.write(f"The demo library's arrivals moved up by {moved.days} days.")
