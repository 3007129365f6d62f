#!/usr/bin/env python
"""Lectern's command line; brings up the embedded servers where no others are named."""

import os
import sys
from contextlib import nullcontext

NEED_NO_SERVER = {"help", "collectstatic", "makemessages", "compilemessages", "diffsettings", "check", "spectacular"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config import env, supervisor

    data_dir = supervisor.prepare_data_dir()
    supervisor.read_settings()
    from django.core.management import execute_from_command_line

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    embedded = command not in NEED_NO_SERVER and not env.flag("SERVERS_ARE_UP", False)
    with supervisor.servers(data_dir) if embedded else nullcontext():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
