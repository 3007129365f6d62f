"""Bringing lists to Zotero: only what changed travels, and nothing that somebody changed there is written over.

Each object has a key of ours before it is sent, so that a push that died and comes again makes nothing twice.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiToken
from papers.actions.zotero import key_of, open_zotero
from papers.models import ListItem, ReadingList, ZoteroItem, ZoteroLink
from papers.streams import record_of, rows_with_papers, tags_of_items
from papers.zotero.client import NotNow, Outdated, Zotero, ZoteroError
from papers.zotero.shapes import Shape, digest_of, item_shape, new_key, note_shape

LEASE, PAUSE = timedelta(minutes=10), timedelta(seconds=30)  # of one push; between two of a list that changes all the time
PAPERS_AT_ONCE = 25  # each with its note: 50 objects
AFTER_A_FAULT = timedelta(hours=1)
SHOWN_REFUSALS, MOST_WORDS = 3, 150  # letters of what Zotero said of each
CHANGED_THERE = {404, 412}  # it is gone, or has another version than ours
COLUMNS = ("version", "note_version", "digest", "is_left")

log = logging.getLogger(__name__)


def push_due() -> int:
    """Bring every list that is due to Zotero; return how many were tried."""
    tried = 0
    while link := _claim():
        _push(link)
        tried += 1
    return tried


@transaction.atomic
def _claim() -> ZoteroLink | None:
    """Take a link for as long as one push may last; whoever dies meanwhile leaves it to the next one."""
    link = ZoteroLink.objects.due().select_for_update(of=("self",), skip_locked=True).first()
    if link:
        link.next_at = timezone.now() + LEASE
        link.save(update_fields=["next_at"])
    return ZoteroLink.objects.select_related("reading_list__owner", "made_by").get(pk=link.pk) if link else None


def _push(link: ZoteroLink) -> None:
    version = link.reading_list.version  # read before anything in the list: what changes meanwhile is pushed next time
    refused = list[str]()
    try:
        _check_right(link)
        with open_zotero(key=key_of(link), prefix=link.library) as zotero:
            _make_collection(zotero, link)
            for rows in _batches(link):
                refused += _write(zotero, link, rows)
            _take_out(zotero, link)
    except InvalidToken:
        _note(link, problem=_("The key cannot be read any more. Connect the list again."), state=ZoteroLink.State.STOPPED)
    except (NotNow, Outdated) as problem:
        wait = problem.seconds if isinstance(problem, NotNow) else PAUSE.total_seconds()
        _note(link, problem=str(problem), next_at=timezone.now() + timedelta(seconds=wait))
    except ZoteroError as problem:
        _note(link, problem=str(problem), state=ZoteroLink.State.STOPPED)
    except Exception:  # one list's trouble is its own
        log.exception("List %s is not brought to Zotero", link.reading_list_id)
        _note(link, problem=_("Something went wrong here; it is tried again in an hour."), next_at=timezone.now() + AFTER_A_FAULT)
    else:
        now, pause = timezone.now(), max(PAUSE, timedelta(seconds=zotero.backoff))
        _note(link, problem=" ".join(refused[:SHOWN_REFUSALS]), pushed_version=version, pushed_at=now, next_at=now + pause)


def _note(link: ZoteroLink, **facts: Any) -> None:
    """Say what became of a push, unless it was asked for anew meanwhile or took so long that another one has it."""
    mine = ZoteroLink.objects.filter(pk=link.pk, next_at=link.next_at)
    mine.update(**(facts | {"problem": str(facts["problem"])[:500]}))


def _check_right(link: ZoteroLink) -> None:
    """A right is looked up when it is used."""
    stays = link.made_by.is_active and link.made_by.deletion_due_at is None
    if not stays or not ReadingList.objects.managed_by(link.made_by).filter(pk=link.reading_list_id).exists():
        raise ZoteroError(_("Whoever connected this list manages it no longer."))
    if link.set_up_with_id and not ApiToken.objects.usable().filter(pk=link.set_up_with_id).exists():
        raise ZoteroError(_("The token that connected this list has ended. Connect it again."))


def _make_collection(zotero: Zotero, link: ZoteroLink) -> None:
    if link.pushed_version:
        return
    made = zotero.write("collections", [{"key": link.collection, "version": 0, "name": link.reading_list.title}])
    for code, words in made.failed.values():
        if code != 412:  # it is there, from a push that died
            raise ZoteroError(_("Zotero makes no collection: %(words)s") % {"words": words})


def _batches(link: ZoteroLink) -> Iterator[Sequence[dict[str, Any]]]:
    changed = ListItem.objects.filter(reading_list=link.reading_list_id).changed_after(link.pushed_version).order_by("version", "pk")
    rows = list(rows_with_papers(changed, "note", slug=F("paper__slug"), tag_names=tags_of_items()))
    return (rows[start : start + PAPERS_AT_ONCE] for start in range(0, len(rows), PAPERS_AT_ONCE))


def _write(zotero: Zotero, link: ZoteroLink, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Write some papers and their notes, and return what Zotero said of those that it will not have.

    Those of which nothing travels that has changed are left out.
    """
    known = _known(link, [row["slug"] for row in rows])
    objects, owners = list[Shape](), list[tuple[ZoteroItem, str]]()
    for row in rows:
        item = known[row["slug"]]
        paper, note = item_shape(record_of(row), f"{settings.SITE_URL}/papers/{row['slug']}"), note_shape(row["note"])
        digest = digest_of(paper, note)
        if item.is_left or item.digest == digest:
            continue
        item.digest = digest
        placed = {} if item.version else {"collections": [link.collection]}  # later they are the reader's to choose
        objects.append({"key": item.key, "version": item.version} | paper | placed)
        owners.append((item, "version"))
        if row["note"] or item.note_version:
            objects.append({"key": item.note_key, "version": item.note_version, "parentItem": item.key} | note)
            owners.append((item, "note_version"))
    written = zotero.write("items", objects)
    for place, version in written.versions.items():
        setattr(owners[place][0], owners[place][1], version)
    _settle(zotero, [(objects[place], *owners[place]) for place, (code, _words) in written.failed.items() if code in CHANGED_THERE])
    refused = {
        place: words for place, (code, words) in written.failed.items() if code not in CHANGED_THERE and not owners[place][0].is_left
    }
    for place in refused:
        owners[place][0].digest = ""  # sent once more when it changes, or when somebody has all brought there
    ZoteroItem.objects.bulk_update({item.pk: item for item, _column in owners}.values(), COLUMNS)
    said = _("Zotero does not take %(paper)s: %(words)s")
    return [said % {"paper": owners[place][0].slug, "words": words[:MOST_WORDS]} for place, words in refused.items()]


def _known(link: ZoteroLink, slugs: Sequence[str]) -> dict[str, ZoteroItem]:
    """Return what papers are called in Zotero; new ones get their keys before anything is sent."""
    new = (ZoteroItem(link=link, slug=slug, key=new_key(), note_key=new_key()) for slug in slugs)
    ZoteroItem.objects.bulk_create(new, ignore_conflicts=True)
    return {item.slug: item for item in ZoteroItem.objects.filter(link=link, slug__in=slugs)}


def _settle(zotero: Zotero, refused: Sequence[tuple[Shape, ZoteroItem, str]]) -> None:
    """What is not as we knew it is as we want it already, from a push that died, or was changed there and is left as it is."""
    if not refused:
        return
    there = zotero.find([shape["key"] for shape, _item, _column in refused]).items
    for shape, item, column in refused:
        found = there.get(shape["key"], {}).get("data", {})
        if found and all(found.get(name) == value for name, value in shape.items() if name not in {"version", "tags", "collections"}):
            setattr(item, column, int(found["version"]))
        else:
            item.is_left = True


def _take_out(zotero: Zotero, link: ZoteroLink) -> None:
    """Papers that left the list leave the collection; what is just as we made it, and holds nothing of the reader's, is deleted."""
    here = ListItem.objects.filter(reading_list=link.reading_list_id, paper__slug=OuterRef("slug"))
    gone = ZoteroItem.objects.filter(link=link).exclude(Exists(here)).order_by("pk")
    while batch := list(gone[:PAPERS_AT_ONCE]):
        found = zotero.find([key for item in batch for key in (item.key, item.note_key)])
        there = [item for item in batch if item.key in found.items]
        ours = [item for item in there if _is_as_made(item, found.items)]
        others = [_without(link.collection, found.items[item.key]) for item in there if item not in ours]
        if ours:
            zotero.delete([item.key for item in ours], version=found.version)
        if zotero.write("items", others).failed:
            raise Outdated(_("The library has just changed in Zotero."))
        ZoteroItem.objects.filter(pk__in=[item.pk for item in batch]).delete()


def _is_as_made(item: ZoteroItem, found: dict[str, dict[str, Any]]) -> bool:
    """Nobody changed it or its note, and nothing else, such as a PDF, hangs on it."""
    note, children = found.get(item.note_key), 1 if item.note_version else 0
    same_note = (note["version"] if note else 0) == item.note_version
    return bool(found[item.key]["version"] == item.version and same_note and found[item.key]["meta"].get("numChildren", 0) == children)


def _without(collection: str, found: dict[str, Any]) -> Shape:
    kept = [key for key in found["data"].get("collections", []) if key != collection]
    return {"key": found["key"], "version": found["version"], "collections": kept}
