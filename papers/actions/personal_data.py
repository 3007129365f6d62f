"""What this app knows about people and teams: lists, votes, interests."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import Team, User
from accounts.parts import File, json_file
from papers.actions.counting import lock_stats
from papers.actions.lists import delete_lists
from papers.actions.voting import withdraw_all_votes
from papers.formats.bibtex import write_entries
from papers.models import Interest, ListItem, Paper, ReadingList, Vote
from papers.record import PaperRecord

Rows = Iterable[Mapping[str, object]]
CHUNK = 500  # rows in memory at a time
PAPER = {"slug": F("paper__slug"), "title": F("paper__title"), "arxiv_id": F("paper__arxiv_id"), "doi": F("paper__doi")}


class PapersPart:
    def export(self, user: User) -> Iterator[File]:
        lists = ReadingList.objects.filter(owner__user=user).order_by("pk")
        items = ListItem.objects.filter(reading_list__owner__user=user).order_by("reading_list", "position", "pk")
        votes = Vote.objects.filter(user=user).order_by("pk")
        yield json_file("papers/lists.json", "your reading lists", _lists(lists))
        yield json_file("papers/list-items.json", "the papers in them, in order, with your notes", _items(items))
        yield json_file("papers/in-team-lists.json", "what you put into lists of teams", _items(_in_team_lists(user)))
        yield json_file("papers/votes.json", "the papers that you upvoted", _votes(votes))
        yield json_file("papers/interests.json", "what you said to care about", _interests(user))
        yield File("bibtex/upvoted.bib", "the papers that you upvoted, for LaTeX", write_entries(_records(votes)))
        yield from _bibliographies(items)

    def pause_person(self, user: User) -> None:
        """Lists of somebody who is about to go are hidden by visible_to() itself."""

    def forget_person(self, user: User) -> None:
        """Votes and saves no longer count; all counters are locked as one, so that their order holds over both."""
        lists = ReadingList.objects.filter(owner__user=user)
        list(lists.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        saved = ListItem.objects.filter(reading_list__owner__user=user)
        lock_stats(papers=saved.values("paper").union(Vote.objects.filter(user=user).values("paper")))
        withdraw_all_votes(user=user)
        delete_lists(lists=lists)

    def forget_team(self, team: Team) -> None:
        """Papers are in fewer lists without those of the team."""
        delete_lists(lists=ReadingList.objects.filter(owner__team=team))


def _in_team_lists(user: User) -> QuerySet[ListItem]:
    return ListItem.objects.filter(added_by=user).filter(~Q(reading_list__owner__user=user)).order_by("pk")


def _lists(lists: QuerySet[ReadingList]) -> Rows:
    columns = ("slug", "title", "description", "visibility", "item_count", "created_at", "updated_at")
    return lists.values(*columns).iterator(CHUNK)


def _items(items: QuerySet[ListItem]) -> Rows:
    place = {"owner": F("reading_list__owner__name"), "list": F("reading_list__slug")}
    return items.values("note", "added_at", **place, **PAPER).iterator(CHUNK)


def _votes(votes: QuerySet[Vote]) -> Rows:
    return votes.values("created_at", **PAPER).iterator(CHUNK)


def _interests(user: User) -> Rows:
    return Interest.objects.filter(user=user).values("kind", "value", "created_at").iterator(CHUNK)


def _bibliographies(items: QuerySet[ListItem]) -> Iterator[File]:
    """One file per list that holds papers, all read from one stream."""
    for reading_list, own in groupby(_with_papers(items.select_related("reading_list")), lambda item: item.reading_list):
        name = f"bibtex/{reading_list.slug}-{reading_list.pk}.bib"
        yield File(name, f"the papers of your list “{reading_list.title}”, for LaTeX", write_entries(_record(item.paper) for item in own))


def _records(votes: QuerySet[Vote]) -> Iterator[PaperRecord]:
    return (_record(vote.paper) for vote in _with_papers(votes))


def _with_papers(rows: QuerySet[Any]) -> Iterator[Any]:
    """Stream rows together with their papers, authors and subjects: three queries for each chunk of them."""
    papers = rows.select_related("paper").defer("paper__abstract")
    return papers.prefetch_related("paper__authorships__author", "paper__papercategory_set__category").iterator(CHUNK)


def _record(paper: Paper) -> PaperRecord:
    return PaperRecord(
        title=paper.title,
        arxiv_id=paper.arxiv_id or "",
        doi=paper.doi or "",
        authors=tuple(authorship.author.name for authorship in paper.authorships.all()),
        categories=tuple(link.category.slug for link in paper.papercategory_set.all()),
        published=paper.published_on,
        url=paper.reading_url,
    )
