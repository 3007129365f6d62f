"""Loading the demo library, and keeping its arrivals recent."""

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.actions.memberships import add_member
from accounts.actions.teams import create_team
from accounts.models import Namespace, Team, User
from papers.actions.arrivals import move_arrivals, set_first_seen
from papers.actions.counting import STAYS, recount_votes
from papers.actions.following import follow
from papers.actions.ingest import ingest_papers
from papers.actions.interests import follow_category
from papers.actions.lists import add_paper, create_list, saved_list
from papers.actions.voting import cast_vote
from papers.demo import ADMIN, LIBRARY, PASSWORD, READERS, SOURCE, TEAMS, DemoReader, DemoTeam
from papers.demo.entries import Entry, read_library
from papers.demo.together import read_together
from papers.models import Paper, ReadingList, Visibility, Vote
from papers.models.vote import Age

WEEKS = 4  # over how long the library arrives
PAUSE = timedelta(days=1)  # after which arrivals are moved up to today
SAVED, VOTED, POPULAR_VOTES = 6, 14, 7  # papers per reader
SHARED = 10  # papers in a team's list
POPULAR = 18  # of the latest arrivals, that readers of every taste vote for


def is_loaded() -> bool:
    return User.objects.filter(is_demo=True).exists()


def refresh_arrivals() -> timedelta:
    """Move the whole library so that its newest paper came in just now; return by how much."""
    library = Paper.objects.filter(source=SOURCE)
    newest = library.aggregate(newest=Max("first_seen_at"))["newest"]
    pause = timezone.now() - newest if newest else timedelta()
    if pause <= PAUSE:
        return timedelta()
    move_arrivals(papers=library, by=pause)
    return pause


@transaction.atomic
def load_demo(*, on_step: Callable[[str], None] = lambda step: None) -> None:
    """Create whatever of the demo library is missing; what is there is left as it is.

    Args:
        on_step: told what comes next, for a progress display.
    """
    on_step("papers")
    entries = read_library(LIBRARY)
    papers = _load_papers(entries)
    hashed = make_password(PASSWORD)
    for reader in (ADMIN, *READERS) if settings.IS_LOCAL else READERS:
        on_step(f"reader {reader.handle}")
        _load_reader(reader, hashed, entries, papers)
    for team in TEAMS:
        on_step(f"team {team.slug}")
        _load_team(team, entries, papers)


def _load_papers(entries: Sequence[Entry]) -> dict[str, Paper]:
    """Bring the papers in and spread the new ones' arrivals over the last weeks, always in the same order."""
    known = set(Paper.objects.values_list("slug", flat=True))
    ingest_papers(records=[entry.record for entry in entries], source=SOURCE)
    papers = Paper.objects.in_bulk([entry.record.slug for entry in entries], field_name="slug")
    arrivals = _arrivals(len(entries), timezone.now())
    for entry, arrival in zip(_shuffled(entries, seed="arrivals"), arrivals, strict=True):
        if entry.record.slug not in known:
            set_first_seen(paper=papers[entry.record.slug], first_seen_at=arrival)
    return papers


def _arrivals(count: int, now: datetime) -> list[datetime]:
    """Evenly spaced instants over the last weeks, the newest first."""
    return [now - timedelta(weeks=WEEKS) * number / max(count, 1) for number in range(count)]


def _load_reader(reader: DemoReader, hashed: str, entries: Sequence[Entry], papers: dict[str, Paper]) -> None:
    if Namespace.objects.filter(name=reader.handle).exists():
        return
    is_admin = reader is ADMIN
    user = User.objects.create_user(
        reader.email, handle=reader.handle, full_name=reader.name, is_demo=True, is_staff=is_admin, is_superuser=is_admin
    )
    User.objects.filter(pk=user.pk).update(password=hashed)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    liked = _older_first(reader, entries, papers)
    for paper in liked[:SAVED]:
        add_paper(reading_list=saved_list(user=user), paper=paper, user=user)
    popular = [papers[entry.record.slug] for entry in _shuffled(entries, seed="arrivals")[:POPULAR]]
    for paper in {*liked[SAVED // 2 : VOTED], *random.Random(reader.handle).sample(popular, POPULAR_VOTES)}:  # noqa: S311
        cast_vote(user=user, paper=paper)
    _spread_votes(user)
    for paper in liked[:1]:
        follow(user=user, target=paper.authors.all()[0])
        follow_category(user=user, code=paper.categories.all()[0].slug)


def _spread_votes(user: User) -> None:
    """Let a reader's votes have been cast over the weeks, each within ten days of the paper's arrival, in the same way every time."""
    dice, now = random.Random(user.handle), timezone.now()  # noqa: S311 - dates of a demo, not a secret
    votes = list(Vote.objects.filter(user=user).select_related("paper").order_by("paper__slug"))
    for vote in votes:
        vote.created_at = min(now, vote.paper.first_seen_at + timedelta(days=10) * dice.random() ** 2)
        vote.age = next((age for age, (stay, _counter) in STAYS.items() if now - vote.created_at < stay), Age.OLD)
    Vote.objects.bulk_update(votes, ["created_at", "age"])
    recount_votes(papers=[vote.paper_id for vote in votes])


def _older_first(reader: DemoReader, entries: Sequence[Entry], papers: dict[str, Paper]) -> list[Paper]:
    """A reader's papers by taste, last week's arrivals at the end: they are for the digest to find."""
    week_ago = timezone.now() - timedelta(weeks=1)
    chosen = [papers[entry.record.slug] for entry in _shuffled(entries, seed=reader.handle) if entry.topic in reader.topics]
    return sorted(chosen, key=lambda paper: paper.first_seen_at > week_ago)


def _load_team(team: DemoTeam, entries: Sequence[Entry], papers: dict[str, Paper]) -> None:
    if Namespace.objects.filter(name=team.slug).exists():
        return
    members = {user.handle: user for user in User.objects.filter(namespace__name__in=team.members)}
    owner, *others = (members[handle] for handle in team.members)
    made = create_team(owner=owner, slug=team.slug, title=team.title, description=team.description)
    for member in others:
        add_member(team=made, user=member)
    on_topic = [papers[entry.record.slug] for entry in entries if entry.topic == team.topic]
    shared = _fill_team_list(made, team, [owner, *others], on_topic[:SHARED])
    read_together(shared=shared, members=[owner, *others], others=on_topic[SHARED:])
    for reader in User.objects.filter(is_demo=True).exclude(pk__in=made.members.values("pk")).select_related("namespace"):
        follow(user=reader, target=shared)


def _fill_team_list(made: Team, team: DemoTeam, members: Sequence[User], papers: Iterable[Paper]) -> ReadingList:
    shared = create_list(
        owner=made.namespace,
        user=members[0],
        title=team.list_title,
        description=team.list_description,
        visibility=Visibility.PUBLIC,
    )
    for number, paper in enumerate(papers):
        add_paper(reading_list=shared, paper=paper, user=members[number % len(members)])
    return shared


def _shuffled(entries: Sequence[Entry], *, seed: str) -> list[Entry]:
    """The same order on every machine and every run."""
    return random.Random(seed).sample(list(entries), len(entries))  # noqa: S311 - an order, not a secret
