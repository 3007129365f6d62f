"""Digests over REST; config/api.py says where."""

from digests.api.digests import DigestsView, DigestView, SendNowView, SubscriptionView
from digests.api.taste import LeftOutView, TasteView

__all__ = ["DigestView", "DigestsView", "LeftOutView", "SendNowView", "SubscriptionView", "TasteView"]
