from papers.models.interest import Interest
from papers.models.paper import Author, Authorship, Category, Paper, PaperCategory, PaperStats
from papers.models.reading_list import ListItem, ReadingList, Visibility
from papers.models.vote import Vote

__all__ = [
    "Author",
    "Authorship",
    "Category",
    "Interest",
    "ListItem",
    "Paper",
    "PaperCategory",
    "PaperStats",
    "ReadingList",
    "Visibility",
    "Vote",
]
