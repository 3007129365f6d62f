"""People, teams, names and API tokens in the admin site."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.messages import ERROR
from django.db.models import Count, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actions.invitations import invite_address, mail_invitation, make_link, revoke_invitation
from accounts.actions.memberships import Refused
from accounts.actions.tokens import revoke_token
from accounts.models import ApiToken, HouseRules, InstituteGroup, Invitation, Membership, Namespace, Role, Team, User

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("Everything on this instance")


class HandleInline(admin.TabularInline):
    """The one name of a person or a team; nobody can be without one."""

    model = Namespace
    fields = ["name"]
    min_num = max_num = 1
    validate_min = True
    can_delete = False


class HandleOfPersonInline(HandleInline):
    fk_name = "user"


class SlugOfTeamInline(HandleInline):
    fk_name = "team"


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People are switched off (`is_active`) rather than deleted: their votes count."""

    add_form = PersonCreationForm
    add_fieldsets = [(None, {"fields": ["email", "full_name", "usable_password", "password1", "password2"]})]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Person"), {"fields": ["full_name", "affiliation", "orcid", "time_zone", "is_demo"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Times"), {"fields": ["joined_at", "last_login", "deletion_due_at"]}),
    ]
    readonly_fields = ["joined_at", "last_login", "deletion_due_at"]
    inlines = [HandleOfPersonInline]
    list_display = ["email", "handle", "full_name", "is_active", "is_staff", "is_demo", "joined_at", "last_login", "deletion_due_at"]
    list_filter = ["is_active", "is_staff", "is_demo", "joined_at", ("deletion_due_at", admin.EmptyFieldListFilter)]
    list_select_related = ["namespace"]
    search_fields = ["email", "full_name", "namespace__name"]
    ordering = ["-joined_at"]

    @admin.display(description=_("handle"), ordering="namespace__name")
    def handle(self, person: User) -> str:
        return person.handle

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(Namespace)
class NamespaceAdmin(admin.ModelAdmin):
    list_display = ["name", "holder", "is_team"]
    list_filter = [("team", admin.EmptyFieldListFilter)]
    list_select_related = ["user__namespace", "team"]
    search_fields = ["name", "user__email", "team__title"]
    fields = ["name", "user", "team"]
    readonly_fields = ["user", "team"]

    @admin.display(description=_("holder"))
    def holder(self, namespace: Namespace) -> str:
        return namespace.display_name

    @admin.display(description=_("team"), boolean=True)
    def is_team(self, namespace: Namespace) -> bool:
        return namespace.is_team

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Namespace | None = None) -> bool:
        return False


class MembershipFormSet(BaseInlineFormSet):
    """The database refuses a team without an owner; here that is said beside the form."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not any(form.cleaned_data.get("role") == Role.OWNER for form in kept):
            raise forms.ValidationError(_("A team needs an owner."))


class MembershipInline(admin.TabularInline):
    model = Membership
    formset = MembershipFormSet
    exclude = ["group", "confirmed_at"]
    autocomplete_fields = ["user"]
    readonly_fields = ["joined_at"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user__namespace")


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    inlines = [SlugOfTeamInline, MembershipInline]
    list_display = ["title", "slug", "people", "created_at"]
    list_select_related = ["namespace"]
    search_fields = ["title", "namespace__name", "memberships__user__email"]
    readonly_fields = ["created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).annotate(people=Count("memberships"))

    @admin.display(description=_("people"), ordering="people")
    def people(self, team: Any) -> int:
        return int(team.people)

    def has_delete_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        return False


class InvitationForm(forms.ModelForm):
    days = forms.IntegerField(label=_("valid for days"), min_value=1, max_value=30, initial=7)

    class Meta:
        model = Invitation
        fields = ["address", "uses"]
        help_texts = {"address": _("A mail goes there, for one person. Left empty, you get a link to hand out.")}


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """Invitations onto the instance; those into teams are the teams' own."""

    form = InvitationForm
    actions = ["withdraw"]
    list_display = ["pk", "address", "made_by", "uses", "used", "created_at", "expires_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "expires_at"]
    list_select_related = ["made_by__namespace"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).filter(team__isnull=True)

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        actor, address = request.user, form.cleaned_data["address"]
        if address:
            made, secret = invite_address(team=None, actor=actor, address=address)  # type: ignore[arg-type]
            try:
                mail_invitation(invitation=made, secret=secret, actor=actor)  # type: ignore[arg-type]
            except Refused as refused:
                self.message_user(request, str(refused), level=ERROR)
        else:
            uses, lifetime = form.cleaned_data["uses"], timedelta(days=form.cleaned_data["days"])
            made, secret = make_link(team=None, actor=actor, uses=uses, lifetime=lifetime)  # type: ignore[arg-type]
            link = settings.SITE_URL + reverse("accounts:join", args=[secret])
            self.message_user(request, _("Hand this link out now; it is shown this once: %(link)s") % {"link": link})
        obj.pk = made.pk

    @admin.action(description=_("Withdraw the selected invitations"), permissions=["delete"])
    def withdraw(self, request: HttpRequest, invitations: QuerySet[Invitation]) -> None:
        for invitation in invitations:
            revoke_invitation(invitation=invitation, actor=request.user)  # type: ignore[arg-type]
        self.message_user(request, _("The invitations no longer work."))

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """Tokens are made by their people; here they can only be seen and ended."""

    actions = ["revoke"]
    list_display = ["name", "ending", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "expires_at", "last_used_at"]
    list_select_related = ["user__namespace"]
    search_fields = ["name", "user__email", "user__namespace__name", "ending"]
    fields = ["name", "ending", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"]

    @admin.action(description=_("Revoke the selected tokens"), permissions=["delete"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        for token in tokens:
            revoke_token(token=token)
        self.message_user(request, _("The tokens no longer work."))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False


@admin.register(HouseRules)
class HouseRulesAdmin(admin.ModelAdmin):
    """The one row, made when it is first saved; without it the doors are open."""

    list_display = ["__str__", "admission", "public_reading", "mails_visitors"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not HouseRules.objects.exists()

    def save_model(self, request: HttpRequest, obj: HouseRules, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: HouseRules | None = None) -> bool:
        return False


@admin.register(InstituteGroup)
class InstituteGroupAdmin(admin.ModelAdmin):
    """Which group of a log-in service gives which role in which team."""

    list_display = ["name", "provider", "team", "role"]
    list_filter = ["provider", "role"]
    list_select_related = ["team"]
    search_fields = ["name", "team__title"]
    autocomplete_fields = ["team"]
