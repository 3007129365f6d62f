"""What was in a list and is no longer: remembered by name, so that programs that keep a copy learn of it."""

from django.db import models

from papers.models.reading_list import ReadingList


class Tombstone(models.Model):
    """A paper that was taken out of a list, at a version of the list.

    Only triggers write it (papers/migrations/0033_versions_of_lists.py): whatever takes a paper out leaves one, and
    a paper that comes back has none. The names are kept as text, since the paper itself may be gone.
    """

    # The database deletes these rows after the list's, since deleting a list's items leaves some.
    reading_list = models.ForeignKey(ReadingList, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="tombstones")
    slug = models.CharField(max_length=255)
    arxiv_id = models.CharField(max_length=40, null=True)  # noqa: DJ001  as in Paper
    doi = models.CharField(max_length=255, null=True)  # noqa: DJ001
    version = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading_list", "slug"], name="one_tombstone_per_paper")]
        indexes = [models.Index(fields=["reading_list", "version", "id"], name="tombstones_by_version")]

    def __str__(self) -> str:
        return f"{self.slug} not in {self.reading_list_id}"
