from digests.models.delivery import Delivery, RelayRest, Suppression
from digests.models.digest import Answer, Digest, DigestPaper
from digests.models.outlet import TeamOutlet
from digests.models.subscription import Subscription
from digests.models.taste import CategoryQuota, LeftOut, Taste
from digests.models.team_digest import TeamDigest, TeamDigestWish, TeamSubscription
from digests.models.trained_model import TrainedModel

__all__ = [
    "Answer",
    "CategoryQuota",
    "Delivery",
    "Digest",
    "DigestPaper",
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
]
