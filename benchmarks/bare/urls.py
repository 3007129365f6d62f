"""Lectern's addresses and /bare/papers/."""

from django.urls import path

from benchmarks.bare.views import papers
from config.urls import handler400, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]
urlpatterns = [path("bare/papers/", papers), *urlpatterns]
