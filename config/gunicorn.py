"""How gunicorn serves Lectern."""

import gc
from typing import Any

from django.urls import get_resolver

from config import env
from config.settings import LOG_FORMAT, LOGGING

bind = f"{env.text('HOST', '127.0.0.1')}:{env.number('PORT', 8000, low=1, high=65535)}"
workers = env.number("WEB_WORKERS", 2, low=1, high=64)
threads = env.number("WEB_THREADS", 4, low=1, high=64)
timeout = 60  # seconds
graceful_timeout = 10
OBJECTS = 20_000  # more than an answer makes, before those that nothing leads to any more are looked for
max_requests, max_requests_jitter = 20_000, 2_000
control_socket_disable = True  # it would be one socket for all instances of a user
if LOG_FORMAT == "json":  # else gunicorn's own lines would be none
    _loggers = {"gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False}, "gunicorn.access": {"level": "WARNING"}}
    logconfig_dict = LOGGING | {"loggers": LOGGING["loggers"] | _loggers}


def post_worker_init(worker: Any) -> None:
    """Load every page before the first reader comes; what was loaded stays, so the collector need not look at it while somebody waits."""
    get_resolver().reverse_dict  # noqa: B018 - it loads all views
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)
