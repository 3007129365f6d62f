"""A trained recommender, kept with what it was judged by."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class TrainedModelQuerySet(models.QuerySet["TrainedModel"]):
    def in_use(self) -> "TrainedModel | None":
        """The latest that was not worse than the one before it."""
        return self.with_weights().order_by("-pk").first()

    def with_weights(self) -> "TrainedModelQuerySet":
        return self.exclude(weights=b"")

    def latest_made(self) -> "TrainedModel | None":
        """Whether it is in use or not; its weights are not read."""
        return self.defer("weights").order_by("-pk").first()


class TrainedModel(models.Model):
    """`quality` holds figures on what readers saved afterwards, empty where too little was; `beside` those of the model before."""

    made_at = models.DateTimeField(_("made"), db_default=Now())
    paper_count = models.PositiveIntegerField(_("papers"))
    kept_count = models.PositiveIntegerField(_("papers kept by readers"))
    reader_count = models.PositiveIntegerField(_("readers"))
    quality = models.JSONField(_("quality"), default=dict)
    beside = models.JSONField(_("quality of the one before"), default=dict)
    is_worse = models.BooleanField(_("worse, so not in use"), default=False)
    weights = models.BinaryField()

    objects = TrainedModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("trained model")
        verbose_name_plural = _("trained models")

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"
