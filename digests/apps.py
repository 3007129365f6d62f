from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "digests"
    verbose_name = "Digests and delivery"

    def ready(self) -> None:
        """Make known what can happen to a team's outlets."""
        from digests import events  # noqa: F401 - they register themselves
