from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "digests"
    verbose_name = "Digests and delivery"

    def ready(self) -> None:
        """A provider's webhooks tell of mails that came back; django-anymail checks who speaks."""
        from anymail.signals import tracking

        from digests.tracking import take_event

        tracking.connect(take_event, dispatch_uid="digests")
