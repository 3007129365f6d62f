"""What this app knows about people and teams: lists, votes, what they read, interests."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.parts import File, json_file
from papers.actions.counting import lock_stats
from papers.actions.leaving_talk import fall_silent, talk_files
from papers.actions.lists import delete_lists
from papers.actions.voting import withdraw_all_votes
from papers.formats.bibtex import write_entries
from papers.models import (
    Assignment,
    AuthorClaim,
    CitationKey,
    Comment,
    FeedAddress,
    Follow,
    Interest,
    ListItem,
    ListLink,
    ListShare,
    PaperImport,
    ReadingList,
    ReadingState,
    Submission,
    Suggestion,
    Tag,
    Tombstone,
    Vote,
    WaitingItem,
    ZoteroLink,
)
from papers.record import PaperRecord
from papers.streams import record_of, rows_with_papers, tags_of_items

Rows = Iterable[Mapping[str, object]]
CHUNK = 500  # rows in memory at a time
PLACE = {"owner": F("reading_list__owner__name"), "list": F("reading_list__slug")}
PAPER = {"slug": F("paper__slug"), "title": F("paper__title"), "arxiv_id": F("paper__arxiv_id"), "doi": F("paper__doi")}


class PapersPart:
    def export(self, user: User) -> Iterator[File]:
        lists = ReadingList.objects.filter(owner__user=user).order_by("pk")
        items = ListItem.objects.filter(reading_list__owner__user=user).order_by("reading_list", "position", "pk")
        votes = Vote.objects.filter(user=user).order_by("pk")
        yield json_file("papers/lists.json", _("your reading lists"), _lists(lists))
        yield json_file("papers/list-items.json", _("the papers in them, in order, with your notes and tags"), _items(items))
        yield json_file("papers/tags.json", _("your tags"), _own_tags(user))
        yield json_file("papers/in-team-lists.json", _("what you put into lists of teams"), _items(_in_team_lists(user)))
        yield json_file("papers/taken-out.json", _("what you took out of lists within the last day"), _taken_out(user))
        yield json_file("papers/no-longer-in-lists.json", _("which papers are in your lists no longer"), _gone(user))
        yield json_file("papers/list-shares.json", _("with whom your lists are shared, and which are shared with you"), _shares(user))
        yield json_file("papers/suggestions.json", _("the papers that you suggested for lists"), _suggestions(user))
        yield json_file("papers/assignments.json", _("the papers that your teams gave you"), _assignments(user))
        yield json_file("papers/list-links.json", _("the secret links that you made, without their keys"), _links(user))
        yield json_file("papers/zotero.json", _("the lists that you keep in step with Zotero, without the keys"), _zotero(user))
        yield json_file("papers/citation-keys.json", _("what LaTeX calls the papers of your lists"), _keys(user))
        yield json_file("papers/votes.json", _("the papers that you upvoted"), _votes(votes))
        yield json_file("papers/reading.json", _("what you read, want to read, or said is not for you"), _reading(user))
        yield json_file("papers/interests.json", _("what you said to care about"), _interests(user))
        yield json_file("papers/follows.json", _("the authors, people, teams and lists that you follow"), _follows(user))
        yield json_file("papers/feed-address.json", _("the secret address of what you follow, without its key"), _feed_address(user))
        yield json_file("papers/submissions.json", _("the papers that you brought in"), _submissions(user))
        yield json_file("papers/author-claims.json", _("the authors that you said to be"), _claims(user))
        yield json_file("papers/imports.json", _("the files that you brought in, and what became of them"), _imports(user))
        yield from talk_files(user)
        yield json_file("papers/waiting.json", _("papers that are looked up for your lists"), _waiting(user))
        yield File("bibtex/upvoted.bib", _("the papers that you upvoted, for LaTeX"), write_entries(_records(votes)))
        yield from _bibliographies(items)

    def pause_person(self, user: User) -> None:
        """Lists of somebody who is about to go are hidden by visible_to() itself."""

    def forget_person(self, user: User) -> None:
        """Votes and saves no longer count; all counters are locked as one, so that their order holds over both."""
        lists = ReadingList.objects.filter(owner__user=user)
        list(lists.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        saved = ListItem.objects.filter(reading_list__owner__user=user)
        said, voted = Comment.objects.filter(author=user, item__isnull=True), Vote.objects.filter(user=user)
        lock_stats(papers=saved.values("paper").union(voted.values("paper"), said.values("paper")))
        withdraw_all_votes(user=user)
        fall_silent(user=user)
        delete_lists(lists=lists)

    def forget_team(self, team: Team) -> None:
        """Papers are in fewer lists without those of the team."""
        delete_lists(lists=ReadingList.objects.filter(owner__team=team))


def _in_team_lists(user: User) -> QuerySet[ListItem]:
    return ListItem.objects.in_lists().filter(added_by=user).filter(~Q(reading_list__owner__user=user)).order_by("pk")


def _lists(lists: QuerySet[ReadingList]) -> Rows:
    columns = ("slug", "title", "description", "visibility", "parent__slug", "item_count", "created_at", "updated_at")
    return lists.values(*columns).iterator(CHUNK)


def _taken_out(user: User) -> Rows:
    items = ListItem.objects.filter(removed_by=user).order_by("pk")
    place = {"owner": F("removed_from__owner__name"), "list": F("removed_from__slug")}
    return _with_tags(items.values("note", "removed_at", tag_names=tags_of_items(), **place, **PAPER).iterator(CHUNK))


def _gone(user: User) -> Rows:
    rows = Tombstone.objects.filter(reading_list__owner__user=user).order_by("reading_list", "version", "pk")
    return rows.values("slug", "arxiv_id", "doi", list=F("reading_list__slug")).iterator(CHUNK)


def _shares(user: User) -> Rows:
    shares = ListShare.objects.filter(Q(reading_list__owner__user=user) | Q(to__user=user)).order_by("pk")
    place = PLACE | {"with": F("to__name")}
    return shares.values("may", "made_at", **place).iterator(CHUNK)


def _items(items: QuerySet[ListItem]) -> Rows:
    return _with_tags(items.values("note", "added_at", tag_names=tags_of_items(), **PLACE, **PAPER).iterator(CHUNK))


def _with_tags(rows: Rows) -> Rows:
    """An annotation may not be called as the field is."""
    return ({("tags" if name == "tag_names" else name): value for name, value in row.items()} for row in rows)


def _own_tags(user: User) -> Rows:
    return Tag.objects.filter(owner__user=user).by_name().values("name", "colour").iterator(CHUNK)


def _suggestions(user: User) -> Rows:
    rows = Suggestion.objects.filter(suggested_by=user).order_by("pk")
    return rows.values("words", "state", "suggested_at", "decided_at", "answer", **PLACE, **PAPER).iterator(CHUNK)


def _assignments(user: User) -> Rows:
    paper = {name: F(f"item__paper__{name}") for name in PAPER}
    place = {"owner": F("item__reading_list__owner__name"), "list": F("item__reading_list__slug")}
    rows = Assignment.objects.filter(user=user).order_by("pk")
    return rows.values("part", "due_on", "words", "made_at", "done_at", **place, **paper).iterator(CHUNK)


def _links(user: User) -> Rows:
    return ListLink.objects.filter(made_by=user).values("label", "made_at", "last_used_at", "revoked_at", **PLACE).iterator(CHUNK)


def _zotero(user: User) -> Rows:
    links = ZoteroLink.objects.filter(made_by=user).order_by("pk")
    return links.values("library", "library_name", "state", "made_at", "pushed_at", **PLACE).iterator(CHUNK)


def _keys(user: User) -> Rows:
    keys = CitationKey.objects.filter(reading_list__owner__user=user).order_by("reading_list", "pk")
    return keys.values("key", list=F("reading_list__slug"), **PAPER).iterator(CHUNK)


def _votes(votes: QuerySet[Vote]) -> Rows:
    return votes.values("created_at", **PAPER).iterator(CHUNK)


def _reading(user: User) -> Rows:
    states = ReadingState.objects.filter(user=user).order_by("changed_at", "pk")
    return states.values("state", "changed_at", "read_at", **PAPER).iterator(CHUNK)


def _interests(user: User) -> Rows:
    return Interest.objects.filter(user=user).values("kind", "value", "created_at").iterator(CHUNK)


def _follows(user: User) -> Rows:
    """What has become hidden from its follower since is named no more."""
    names = {"author_name": F("author__name"), "name": F("namespace__name")}
    shown = Follow.objects.shown_to(user).select_related(None).order_by("pk")
    return shown.values("created_at", **names, **PLACE).iterator(CHUNK)


def _feed_address(user: User) -> Rows:
    return FeedAddress.objects.filter(user=user).values("made_at", "last_used_at").iterator(CHUNK)


def _submissions(user: User) -> Rows:
    into = ArrayAgg("lists__title", filter=Q(lists__isnull=False), default=[])
    told = ("identifier", "state", "code_url", "project_url", "created_at", "into")
    return Submission.objects.filter(user=user).annotate(into=into).values(*told).order_by("pk").iterator(CHUNK)


def _claims(user: User) -> Rows:
    return AuthorClaim.objects.filter(user=user).values("author__name", "state", "words", "made_at", "settled_at").iterator(CHUNK)


def _imports(user: User) -> Rows:
    counts = ("new_count", "known_count", "named_count", "rejected_count", "added_count", "asked_count")
    return PaperImport.objects.filter(user=user).values("name", "size", "state", *counts, "created_at", "ended_at").iterator(CHUNK)


def _waiting(user: User) -> Rows:
    return WaitingItem.objects.filter(added_by=user).values("identifier", "note", "tags", "made_at", **PLACE).iterator(CHUNK)


def _bibliographies(items: QuerySet[ListItem]) -> Iterator[File]:
    """One file per list that holds papers, all read from one stream."""
    columns = ("reading_list", "reading_list__slug", "reading_list__title")
    for (pk, slug, title), own in groupby(rows_with_papers(items, *columns), lambda row: tuple(row[column] for column in columns)):
        about = _("the papers of your list “%(title)s”, for LaTeX") % {"title": title}
        yield File(f"bibtex/{slug}-{pk}.bib", about, write_entries(record_of(row) for row in own))


def _records(votes: QuerySet[Vote]) -> Iterator[PaperRecord]:
    return (record_of(row) for row in rows_with_papers(votes))
