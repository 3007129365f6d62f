"""Forms about people, their teams and their keys."""

from accounts.forms.devices import AllowForm, CodeForm
from accounts.forms.notices import NoticeSettingsForm
from accounts.forms.people import ProfileForm, SignupForm
from accounts.forms.teams import HandoverForm, InviteForm, LinkForm, NewTeamForm, TeamForm, TeamRulesForm
from accounts.forms.tokens import TokenForm

__all__ = [
    "AllowForm",
    "CodeForm",
    "HandoverForm",
    "InviteForm",
    "LinkForm",
    "NewTeamForm",
    "NoticeSettingsForm",
    "ProfileForm",
    "SignupForm",
    "TeamForm",
    "TeamRulesForm",
    "TokenForm",
]
