"""The running of Lectern: settings, addresses, processes. Imports the apps; no app imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
