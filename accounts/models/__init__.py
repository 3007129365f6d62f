from accounts.models.announcement import Announcement
from accounts.models.device import DeviceRequest
from accounts.models.event import Event, Notice, NoticeSetting
from accounts.models.export import DataExport
from accounts.models.instance import Admission, HouseRules
from accounts.models.invitation import Invitation
from accounts.models.kept_answer import KeptAnswer
from accounts.models.limit import Limit
from accounts.models.namespace import Namespace
from accounts.models.roles import Role
from accounts.models.session import Session
from accounts.models.team import InstituteGroup, JoinRequest, Membership, Team
from accounts.models.token import ApiToken, Scope
from accounts.models.user import User
from accounts.models.worker import Worker

__all__ = [
    "Admission",
    "Announcement",
    "ApiToken",
    "DataExport",
    "DeviceRequest",
    "Event",
    "HouseRules",
    "InstituteGroup",
    "Invitation",
    "JoinRequest",
    "KeptAnswer",
    "Limit",
    "Membership",
    "Namespace",
    "Notice",
    "NoticeSetting",
    "Role",
    "Scope",
    "Session",
    "Team",
    "User",
    "Worker",
]
