"""Addresses under /settings/; logging in and everything about passwords is allauth's, under /accounts/."""

from django.urls import path

from accounts.views import profile, tokens

app_name = "accounts"
urlpatterns = [
    path("", profile.profile, name="profile"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke", tokens.revoke, name="revoke_token"),
]
