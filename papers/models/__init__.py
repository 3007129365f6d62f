from papers.models.interest import Interest
from papers.models.paper import Author, Authorship, Category, Link, Paper, PaperCategory, PaperStats, Version
from papers.models.reading_list import ListItem, ReadingList, Visibility
from papers.models.source import Harvest, Host, Source, Submission
from papers.models.vote import Vote

__all__ = [
    "Author",
    "Authorship",
    "Category",
    "Harvest",
    "Host",
    "Interest",
    "Link",
    "ListItem",
    "Paper",
    "PaperCategory",
    "PaperStats",
    "ReadingList",
    "Source",
    "Submission",
    "Version",
    "Visibility",
    "Vote",
]
