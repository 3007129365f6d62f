"""What is made of a paper's words: the narrow row that search reads, its summary, all words, and which papers wait for that."""

import json
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex

from papers.embedding import DIMENSIONS
from papers.models.paper import Paper
from papers.models.stats import PaperStats

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

CONFIG = "lectern"  # the text search configuration of migration 0004: English stems, accents ignored


class Pairs(Func):
    """Which words of a tsvector stand side by side, each pair as a number: an index of them finds phrases of common words."""

    function, output_field = "lectern_pairs", ArrayField(models.IntegerField())


class SameWords(Func):
    """The words of a tsvector without their places: equal for texts that say the same words and no others."""

    template, output_field = "strip(%(expressions)s)::text", models.TextField()


class Matches(Func):
    """That a tsvector matches a tsquery, as a condition that no index is asked for."""

    function, output_field = "ts_match_vq", models.BooleanField()


class PaperSearchQuerySet(models.QuerySet["PaperSearch"]):
    def visible_to(self, user: "User | AnonymousUser") -> "PaperSearchQuerySet":
        """Rows of the papers that the reader may see: today all of them, so nothing is joined."""
        return self.all()

    def estimate(self) -> float:
        """About how many rows there are, as the planner sees it: for choosing a way, never for showing."""
        return float(json.loads(self.order_by().explain(format="json"))[0]["Plan"]["Plan Rows"])


class PaperSearch(models.Model):
    """A paper as search sees it, apart from its wide row and written only when its words change.

    `text` weighs the title and ids A, authors B, the abstract C. `title` holds the title's words alone,
    so that the papers named by a query are found however many others merely mention its words.
    `embedding` has length 1 and is null where a text has no known word.
    """

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="search")
    title = SearchVectorField()
    text = SearchVectorField()
    embedding = HalfVectorField(dimensions=DIMENSIONS, null=True)
    # The counters share the key: orders by them need not pass through the wide row of the paper.
    stats = models.ForeignObject(PaperStats, models.DO_NOTHING, from_fields=["paper"], to_fields=["paper"], related_name="+")

    objects = PaperSearchQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["title"], name="words_of_titles"),
            HashIndex(SameWords("title"), name="titles_of_same_words"),
            GinIndex(fields=["text"], name="words_of_papers"),
            GinIndex(Pairs("text"), name="pairs_of_words"),
            HnswIndex(fields=["embedding"], name="meanings_of_papers", opclasses=["halfvec_cosine_ops"]),
        ]
        verbose_name = _("search row")

    def __str__(self) -> str:
        return f"search row of {self.paper_id}"


class PaperToIndex(models.Model):
    """A paper that is new or has changed. Triggers write these rows, whoever changes a paper; the worker deletes them.

    Apart from PaperSearch, since marking a row there would write its large indexes twice. No foreign
    key: a paper may be gone before its turn comes.
    """

    paper_id = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField(db_default=models.functions.Now())

    def __str__(self) -> str:
        return f"paper {self.paper_id} since {self.since}"


class PaperSummary(models.Model):
    """What a paper says in two sentences and a few keywords; written with its search row. No row: not indexed yet."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="in_short")
    text = models.TextField(blank=True)
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta:
        verbose_name = _("summary")

    def __str__(self) -> str:
        return self.text


class SearchWord(models.Model):
    """A word as papers spell it, for help with typos."""

    word = models.CharField(max_length=40, unique=True)
    papers = models.PositiveIntegerField(help_text=_("in how many papers it was when they were first indexed"))

    class Meta:
        indexes = [GinIndex(OpClass(F("word"), name="gin_trgm_ops"), name="words_by_trigrams", fastupdate=True)]
        verbose_name = _("search word")

    def __str__(self) -> str:
        return self.word
