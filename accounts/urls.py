"""Addresses of a reader's settings, of teams and of the inbox; logging in and everything about passwords is allauth's, under /accounts/."""

from django.urls import path

from accounts.views import profile, tokens

app_name = "accounts"
urlpatterns = [
    path("settings/", profile.profile, name="profile"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke", tokens.revoke, name="revoke_token"),
]
