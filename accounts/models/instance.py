"""The house rules of this instance: one row, changed in the admin site."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Admission(models.TextChoices):
    OPEN = "open", _("everybody")
    DOMAINS = "domains", _("people with an address of the domains below, and invited people")
    INVITED = "invited", _("invited people only")


class HouseRulesQuerySet(models.QuerySet["HouseRules"]):
    def without_mail_to_visitors(self) -> "HouseRulesQuerySet":
        """The rules, if they let visitors have no mail: it is for those who may read here."""
        return self.filter(models.Q(public_reading=False) | models.Q(mails_visitors=False))


class HouseRules(models.Model):
    admission = models.CharField(_("who may sign up"), max_length=10, choices=Admission, default=Admission.OPEN)
    domains = ArrayField(
        models.CharField(max_length=253),
        verbose_name=_("e-mail domains"),
        default=list,
        blank=True,
        help_text=_("Separated by commas, such as example.org, cs.example.org."),
    )
    public_reading = models.BooleanField(
        _("people without an account may read"),
        default=True,
        help_text=_("Otherwise every page but those about logging in asks for an account first."),
    )

    mails_visitors = models.BooleanField(
        _("people without an account may have trending papers by mail"),
        default=True,
        help_text=_("They confirm their address first. Only where they may read."),
    )

    objects = HouseRulesQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="one_set_of_house_rules", condition=models.Q(pk=1))]
        verbose_name = verbose_name_plural = _("house rules")

    def __str__(self) -> str:
        return str(_("House rules"))

    @classmethod
    def current(cls) -> "HouseRules":
        """Return the rules that hold now; without a row, those that a new instance has."""
        return cls.objects.first() or cls(pk=1)

    @property
    def let_visitors_have_mail(self) -> bool:
        return self.public_reading and self.mails_visitors
