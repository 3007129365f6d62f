from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "papers"
    verbose_name = "Papers and lists"

    def ready(self) -> None:
        """Make known what can happen to lists."""
        from papers import events  # noqa: F401 - registers itself
