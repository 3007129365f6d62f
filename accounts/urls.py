"""Addresses of a reader's settings, of teams, and of programs that ask for a token; all about passwords is allauth's, under /accounts/."""

from django.urls import path

from accounts.api import oauth
from accounts.views import devices, inbox, invitations, people, personal_data, profile, sessions, teams, tokens

app_name = "accounts"
urlpatterns = [
    path("settings/", profile.profile, name="profile"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke", tokens.revoke, name="revoke_token"),
    path("oauth/device", oauth.device, name="oauth_device"),
    path("oauth/token", oauth.token, name="oauth_token"),
    path("device/", devices.device, name="device"),
    path("device/allow", devices.allow, name="allow_device"),
    path("device/refuse", devices.refuse, name="refuse_device"),
    path("settings/data/", personal_data.personal_data, name="data"),
    path("settings/data/export", personal_data.ask_for_export, name="ask_for_export"),
    path("settings/data/export/<str:token>", personal_data.take_export, name="take_export"),
    path("settings/data/delete", personal_data.delete_account, name="delete_account"),
    path("settings/deletion/", personal_data.deletion, name="deletion"),
    path("settings/deletion/keep", personal_data.keep_account, name="keep_account"),
    path("settings/sessions/", sessions.sessions, name="sessions"),
    path("settings/sessions/end", sessions.end, name="end_sessions"),
    path("settings/notices/", inbox.notice_settings, name="notice_settings"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read", inbox.read_all, name="read_all"),
    path("inbox/<int:pk>", inbox.open_notice, name="open_notice"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.new_team, name="new_team"),
    path("teams/<str:slug>/", teams.team, name="team"),
    path("teams/<str:slug>/settings/", teams.settings, name="team_settings"),
    path("teams/<str:slug>/rules", teams.rules, name="team_rules"),
    path("teams/<str:slug>/hand-over", teams.handover, name="hand_over"),
    path("teams/<str:slug>/delete", teams.delete, name="delete_team"),
    path("teams/<str:slug>/leave", teams.leave, name="leave_team"),
    path("teams/<str:slug>/join", teams.join, name="join_team"),
    path("teams/<str:slug>/people/", people.people, name="people"),
    path("teams/<str:slug>/people/find", people.find, name="find_people"),
    path("teams/<str:slug>/people/<int:pk>", people.change_member, name="change_member"),
    path("teams/<str:slug>/invite", people.invite, name="invite"),
    path("teams/<str:slug>/invitations/<int:pk>/withdraw", people.withdraw, name="withdraw_invitation"),
    path("teams/<str:slug>/requests/<int:pk>", people.answer, name="answer_request"),
    path("teams/<str:slug>/log/", people.audit, name="audit"),
    path("invitations/<int:pk>", invitations.answer, name="answer_invitation"),
    path("join/", invitations.invitation, name="invitation"),
    path("join/<str:secret>/", invitations.bring, name="join"),
]
