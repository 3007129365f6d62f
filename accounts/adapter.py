"""How allauth makes people of ours: with a handle in the one name table."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from accounts.models import Namespace, User


class AccountAdapter(DefaultAccountAdapter):
    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        super().save_user(request, user, form, commit=False)
        user.full_name = form.cleaned_data.get("full_name", "")
        user.time_zone = form.cleaned_data.get("time_zone") or "UTC"
        user.email = user.email.lower()
        user.save()
        Namespace.objects.create(name=form.cleaned_data["handle"], user=user)
        return user
