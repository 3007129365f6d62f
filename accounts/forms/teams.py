"""Forms about teams: making, describing and ruling them, and inviting people."""

import re
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.slugs import AS_NAME, SlugField
from accounts.models import Namespace, Role, Team, User
from accounts.models.roles import grantable_by

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class NewTeamForm(forms.ModelForm):
    slug = SlugField(label=_("Address"), help_text=_("Lower-case letters, digits and hyphens; it names the team's page and lists."))
    field_order = ["title", "slug", "description"]

    class Meta:
        model = Team
        fields = ["title", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if Namespace.objects.filter(name=slug).exists():
            raise forms.ValidationError(_("This name is taken."))
        return slug


class TeamForm(forms.ModelForm):
    """What maintainers may change."""

    class Meta:
        model = Team
        fields = ["title", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class TeamRulesForm(forms.ModelForm):
    """What only owners may change."""

    slug = SlugField(label=_("Address"), help_text=_("The old one goes on leading here."))
    domains = forms.CharField(
        label=_("E-mail domains whose people join by themselves"),
        required=False,
        help_text=_("Separated by commas. Only domains of which you have a confirmed address yourself."),
        widget=forms.TextInput(attrs=AS_NAME),
    )
    field_order = ["slug", "is_public", "takes_requests", "domains"]

    class Meta:
        model = Team
        fields = ["is_public", "takes_requests"]

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        team: Team = kwargs["instance"]
        kwargs["initial"] = {"slug": team.slug, "domains": ", ".join(team.domains)}
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_domains(self) -> list[str]:
        """A domain is for its own people to open; else anybody could collect the people of a foreign institute."""
        wanted = list(dict.fromkeys(re.split(r"[\s,]+", self.cleaned_data["domains"].strip().lower())))
        wanted = [domain for domain in wanted if domain]
        own = {
            address.rpartition("@")[2]
            for address in EmailAddress.objects.filter(user=self.actor, verified=True).values_list("email", flat=True)
        }
        for domain in wanted:
            if not DOMAIN.fullmatch(domain):
                raise forms.ValidationError(_("“%(domain)s” is no domain; write one such as cs.example.org."), params={"domain": domain})
            if domain not in own | set(self.instance.domains) and not self.actor.is_staff:
                raise forms.ValidationError(_("You have no confirmed address of %(domain)s."), params={"domain": domain})
        return wanted


class _RoleForm(forms.Form):
    """Offers the roles that somebody with a role may give in an invitation."""

    role = forms.ChoiceField(label=_("As"), initial=Role.MEMBER)

    def __init__(self, *args: Any, giver: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        giveable = [(role, Role(role).label) for role in grantable_by(giver or "") if role != Role.OWNER]
        self.fields["role"].choices = giveable  # type: ignore[attr-defined]


class InviteForm(_RoleForm):
    """One person: by handle, with or without the picker's help, or by e-mail address."""

    who = forms.CharField(
        label=_("Handle, name or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={**AS_NAME, "list": "people-found"}),
    )
    field_order = ["who", "role"]

    def clean_who(self) -> User | str:
        """Return a person with an account, or an address."""
        who = self.cleaned_data["who"].strip()
        if "@" in who.strip("@"):
            return forms.EmailField().clean(who).lower()
        person = User.objects.filter(namespace__name=who.lstrip("@").lower(), is_active=True).first()
        if person is None:
            raise forms.ValidationError(_("Nobody here has the handle “%(who)s”."), params={"who": who})
        return person


class LinkForm(_RoleForm):
    uses = forms.IntegerField(label=_("For how many people"), min_value=1, max_value=500, initial=1)
    days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=30, initial=7)
    field_order = ["role", "uses", "days"]


class HandoverForm(forms.Form):
    to = forms.ModelChoiceField(label=_("New owner"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, team: Team, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = team.members.exclude(pk=actor.pk)  # type: ignore[attr-defined]
