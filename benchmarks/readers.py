"""Very many readers at once, written in bulk."""

from allauth.account.models import EmailAddress
from django.db.models import Count, F

from accounts.models import Namespace, User
from papers.actions.lists import SAVED_SLUG
from papers.models import ListItem, PaperStats, ReadingList

BATCH = 5_000


def make_readers(count: int) -> list[User]:
    users = [User(email=f"reader{number}@lab.example") for number in range(count)]
    readers = User.objects.bulk_create(users, batch_size=BATCH)
    Namespace.objects.bulk_create([Namespace(name=f"reader{n}", user=user) for n, user in enumerate(readers)], batch_size=BATCH)
    addresses = [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in readers]
    EmailAddress.objects.bulk_create(addresses, batch_size=BATCH)
    return readers


def save_papers(kept: dict[int, list[int]]) -> None:
    """Save papers for readers.

    Args:
        kept: keys of papers by the key of their reader.
    """
    owners = dict(Namespace.objects.filter(user__in=kept).values_list("user", "pk"))
    lists = [
        ReadingList(owner_id=owners[reader], slug=SAVED_SLUG, title="Saved", item_count=len(papers)) for reader, papers in kept.items()
    ]
    saved = ReadingList.objects.bulk_create(lists, batch_size=BATCH)
    items = (
        ListItem(reading_list=one, paper_id=paper, position=place * ListItem.GAP, added_by_id=reader)
        for one, (reader, papers) in zip(saved, kept.items(), strict=True)
        for place, paper in enumerate(papers, start=1)
    )
    ListItem.objects.bulk_create(items, batch_size=BATCH)
    for paper, times in ListItem.objects.values_list("paper").annotate(n=Count("pk")):
        PaperStats.objects.filter(paper=paper).update(save_count=F("save_count") + times)
