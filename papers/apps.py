from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "papers"
    verbose_name = "Papers and lists"

    def ready(self) -> None:
        """Make known what can happen to lists, and the checks of what indexing loads."""
        from papers import embedding, events  # noqa: F401 - they register themselves
        from papers.actions import summarising  # noqa: F401
        from papers.feeds import naming  # noqa: F401 - before any address is read
