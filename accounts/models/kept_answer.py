"""What a POST with an Idempotency-Key was answered, to be told again to whoever did not hear it."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

KEPT_FOR = timedelta(hours=24)


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    def forgettable(self) -> "KeptAnswerQuerySet":
        return self.filter(made_at__lt=Now() - KEPT_FOR)

    def told_again(self) -> "KeptAnswerQuerySet":
        return self.filter(made_at__gte=Now() - KEPT_FOR)


class KeptAnswer(models.Model):
    """`key` is a keyed hash of who asked and the key they chose; the answer is sealed, since its body may hold a secret."""

    key = models.CharField(max_length=64, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    sealed = models.TextField()
    made_at = models.DateTimeField(db_default=Now(), db_index=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept answer")

    def __str__(self) -> str:
        return self.key[:8]
