from digests.models.delivery import Delivery, Suppression
from digests.models.digest import Answer, Digest, DigestPaper
from digests.models.subscription import Subscription
from digests.models.trained_model import TrainedModel

__all__ = ["Answer", "Delivery", "Digest", "DigestPaper", "Subscription", "Suppression", "TrainedModel"]
