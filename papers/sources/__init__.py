"""Places where papers come from: one file each, fetching and parsing only. Nothing here touches the database."""

from papers.sources.arxiv import ArxivApi
from papers.sources.base import Harvestable
from papers.sources.biorxiv import Biorxiv
from papers.sources.feed import Feed
from papers.sources.hf_daily import HfDaily
from papers.sources.oai import OaiPmh

# By the kinds of models.Source.
HARVESTED: dict[str, type[Harvestable]] = {
    "arxiv": ArxivApi,
    "oai": OaiPmh,
    "biorxiv": Biorxiv,
    "hf_daily": HfDaily,
    "feed": Feed,
}
