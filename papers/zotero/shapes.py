"""How a paper of a list looks in Zotero: an item of type preprint or journalArticle, and its note as a child.

Types and fields: https://www.zotero.org/support/dev/web_api/v3/types_and_fields
"""

import hashlib
import json
import secrets
from typing import Any

from papers.formats.names import is_group, parts
from papers.markup import markdown, plain
from papers.record import PaperRecord

LETTERS = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"  # of Zotero's keys
LONGEST_NAME = 255
Shape = dict[str, Any]


def new_key() -> str:
    """Return a key for an object that is yet to be made: with a key of ours, making it twice makes it once."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


def item_shape(record: PaperRecord, address: str) -> Shape:
    """Return a paper as the fields of an item, without key, version and collections.

    Args:
        address: of the paper's page here.
    """
    is_article = bool(record.journal_ref or (record.doi and not record.arxiv_id))
    shape: Shape = {
        "itemType": "journalArticle" if is_article else "preprint",
        "title": plain(record.title),
        "creators": [_creator(name) for name in record.authors],
        "abstractNote": plain(record.abstract),
        "date": record.published.isoformat() if record.published else "",
        "DOI": record.doi,
        "url": f"https://arxiv.org/abs/{record.arxiv_id}" if record.arxiv_id else record.url or address,
        "extra": f"arXiv: {record.arxiv_id}" if record.arxiv_id else "",
        "tags": [{"tag": tag} for tag in sorted(record.tags, key=str.lower)],
    }
    own = {"publicationTitle": record.journal_ref} if is_article else _preprint(record)
    return shape | own


def note_shape(text: str) -> Shape:
    """Return a note in Markdown as the fields of a child note, which holds HTML."""
    return {"itemType": "note", "note": str(markdown.html(text)) if text else "", "tags": []}


def digest_of(*shapes: Shape) -> str:
    """Return a short name of some shapes, by which it is known that nothing of them has changed."""
    return hashlib.sha256(json.dumps(shapes, sort_keys=True).encode()).hexdigest()[:32]


def _preprint(record: PaperRecord) -> Shape:
    return {
        "repository": "arXiv" if record.arxiv_id else "",
        "archiveID": f"arXiv:{record.arxiv_id}" if record.arxiv_id else "",
    }


def _creator(name: str) -> dict[str, str]:
    given, family, ending = parts(name)
    if is_group(name) or not given:
        return {"creatorType": "author", "name": name[:LONGEST_NAME]}
    first = f"{given}, {ending}" if ending else given
    return {"creatorType": "author", "firstName": first[:LONGEST_NAME], "lastName": family[:LONGEST_NAME]}
