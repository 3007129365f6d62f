from papers.models.assignment import Assignment
from papers.models.author import Author, Authorship
from papers.models.author_claim import AuthorClaim
from papers.models.category import Category, PaperCategory
from papers.models.citation import Citation, CitationRecord
from papers.models.citation_key import CitationKey, CitationPattern
from papers.models.comment import Comment
from papers.models.comment_rows import CommentEdit, CommentReport, Mention
from papers.models.feed_address import FeedAddress
from papers.models.follow import Follow
from papers.models.hub_round import HubRound
from papers.models.interest import Interest
from papers.models.list_link import ListLink
from papers.models.list_share import ListShare
from papers.models.other_name import OtherName
from papers.models.paper import Paper
from papers.models.paper_import import ImportPart, ImportRejection, PaperImport
from papers.models.reading_list import ListItem, ReadingList, Visibility
from papers.models.reading_state import ReadingState, State
from papers.models.search import PaperSearch, PaperSummary, PaperToIndex, SearchWord
from papers.models.signal import Signal
from papers.models.source import Harvest, Host, Source, Submission
from papers.models.stats import PaperStats
from papers.models.suggestion import Suggestion
from papers.models.tag import Colour, ItemTag, Tag
from papers.models.tombstone import Tombstone
from papers.models.version import Link, Version
from papers.models.vote import Vote
from papers.models.waiting_item import WaitingItem
from papers.models.watch import Watch
from papers.models.week_map import WeekMap
from papers.models.zotero import ZoteroItem, ZoteroLink

__all__ = [
    "Assignment",
    "Author",
    "AuthorClaim",
    "Authorship",
    "Category",
    "Citation",
    "CitationKey",
    "CitationPattern",
    "CitationRecord",
    "Colour",
    "Comment",
    "CommentEdit",
    "CommentReport",
    "FeedAddress",
    "Follow",
    "Harvest",
    "Host",
    "HubRound",
    "ImportPart",
    "ImportRejection",
    "Interest",
    "ItemTag",
    "Link",
    "ListItem",
    "ListLink",
    "ListShare",
    "Mention",
    "OtherName",
    "Paper",
    "PaperCategory",
    "PaperImport",
    "PaperSearch",
    "PaperStats",
    "PaperSummary",
    "PaperToIndex",
    "ReadingList",
    "ReadingState",
    "SearchWord",
    "Signal",
    "Source",
    "State",
    "Submission",
    "Suggestion",
    "Tag",
    "Tombstone",
    "Version",
    "Visibility",
    "Vote",
    "WaitingItem",
    "Watch",
    "WeekMap",
    "ZoteroItem",
    "ZoteroLink",
]
