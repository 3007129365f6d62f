from accounts.models.namespace import Namespace
from accounts.models.team import Membership, Role, Team
from accounts.models.token import ApiToken, Scope
from accounts.models.user import User

__all__ = ["ApiToken", "Membership", "Namespace", "Role", "Scope", "Team", "User"]
