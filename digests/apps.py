from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "digests"
    verbose_name = "Digests and delivery"

    def ready(self) -> None:
        """Make known what can happen to a team's outlets, and hear what a provider's webhooks tell of mails that came back."""
        from anymail.signals import tracking

        from accounts.events import LISTENERS
        from digests import events  # noqa: F401 - they register themselves
        from digests.models.webhook import is_wanted
        from digests.tracking import take_event

        tracking.connect(take_event, dispatch_uid="digests")
        LISTENERS.append(is_wanted)
