"""Papers, and readers with a key each: `python -m tests.faults.seed_voters READERS PAPERS FILE` writes the keys into a file, one a line."""

import sys
from pathlib import Path

import django


def main(readers: int, papers: int, file: Path) -> None:
    from accounts.actions.tokens import make_token
    from accounts.models import Scope
    from tests.factories import make_paper, make_user

    for number in range(1, papers + 1):
        make_paper(arxiv_id=f"2401.{number:05d}")
    users = [make_user(f"reader{number}") for number in range(readers)]
    secrets = [make_token(user=user, name="votes", scopes=[Scope.VOTES_WRITE])[1] for user in users]
    file.write_text("\n".join(secrets))


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
