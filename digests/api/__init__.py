"""Digests over REST; config/api.py says where."""

from digests.api.address import AddressView
from digests.api.digests import DigestsView, DigestView, SendNowView, SendTestView, SubscriptionView
from digests.api.outlets import OutletConfirmationView, OutletSecretView, OutletsView, OutletTestView, OutletView
from digests.api.taste import LeftOutView, TasteView
from digests.api.team_digests import TeamDigestSettingsView, TeamDigestsView, TeamDigestView, TeamDigestWishView
from digests.api.webhooks import (
    WebhookDeliveriesView,
    WebhookReplayView,
    WebhookSecretView,
    WebhooksView,
    WebhookTestView,
    WebhookView,
)

__all__ = [
    "AddressView",
    "DigestView",
    "DigestsView",
    "LeftOutView",
    "OutletConfirmationView",
    "OutletSecretView",
    "OutletTestView",
    "OutletView",
    "OutletsView",
    "SendNowView",
    "SendTestView",
    "SubscriptionView",
    "TasteView",
    "TeamDigestSettingsView",
    "TeamDigestView",
    "TeamDigestWishView",
    "TeamDigestsView",
    "WebhookDeliveriesView",
    "WebhookReplayView",
    "WebhookSecretView",
    "WebhookTestView",
    "WebhookView",
    "WebhooksView",
]
