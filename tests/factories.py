"""Plain makers of rows; every field can be given."""

from functools import cache
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import User
from papers.actions.ingest import ingest_papers
from papers.models import Paper
from papers.record import PaperRecord

PASSWORD = "correct horse battery"
_numbers = count(1)
MOST_OF_A_MONTH = 10_000  # papers whose ids are made up: tests name ids above that, such as 2401.12345


@cache
def hashed(password: str) -> str:
    """A real hash is slow to make, so each password gets one."""
    return make_password(password)


def make_user(handle: str = "", **over: Any) -> User:
    handle = handle or f"reader-{next(_numbers)}"
    email = over.pop("email", f"{handle}@lab.example")
    password = hashed(over.pop("password", PASSWORD))
    user = User.objects.create_user(email, handle=handle, **over)
    user.password = password
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_record(**over: Any) -> PaperRecord:
    number = next(_numbers)
    fields: dict[str, Any] = {
        "title": f"Paper number {number} about topic {number % 7}",
        "abstract": f"We study topic {number % 7} with method {number % 5} and report result {number}.",
        "arxiv_id": f"{2401 if number < MOST_OF_A_MONTH else 1900 + number // MOST_OF_A_MONTH}.{number % MOST_OF_A_MONTH:05d}",
        "authors": (f"Author {number}", f"Author {number + 1}"),
        "categories": ("cs.LG",),
    }
    return PaperRecord(**fields | over)


def make_papers(*overs: dict[str, Any]) -> list[Paper]:
    """Make papers the way papers really come in, all at once: that is much faster than one by one."""
    records = [make_record(**over) for over in overs]
    ingest_papers(records=records, source="test")
    found = {paper.slug: paper for paper in Paper.objects.filter(slug__in=[record.slug for record in records])}
    return [found[record.slug] for record in records]


def make_paper(**over: Any) -> Paper:
    """Make a paper the way papers really come in; `first_seen_at` may be given beside the record's fields."""
    first_seen_at = over.pop("first_seen_at", None)
    (paper,) = make_papers(over)
    if first_seen_at:
        from papers.actions.arrivals import set_first_seen

        set_first_seen(paper=paper, first_seen_at=first_seen_at)
    return paper
