from digests.models.delivery import Delivery
from digests.models.digest import Answer, Digest, DigestPaper
from digests.models.feed_address import DigestFeedAddress
from digests.models.outlet import TeamOutlet
from digests.models.relay_rest import RelayRest
from digests.models.subscription import Subscription
from digests.models.suppression import Suppression
from digests.models.taste import CategoryQuota, LeftOut, Taste
from digests.models.team_digest import TeamDigest, TeamDigestWish, TeamSubscription
from digests.models.trained_model import TrainedModel
from digests.models.visitor_digest import VisitorDigest, VisitorSubscription
from digests.models.webhook import EventType, Webhook

__all__ = [
    "Answer",
    "CategoryQuota",
    "Delivery",
    "Digest",
    "DigestFeedAddress",
    "DigestPaper",
    "EventType",
    "LeftOut",
    "RelayRest",
    "Subscription",
    "Suppression",
    "Taste",
    "TeamDigest",
    "TeamDigestWish",
    "TeamOutlet",
    "TeamSubscription",
    "TrainedModel",
    "VisitorDigest",
    "VisitorSubscription",
    "Webhook",
]
