"""Keeps out of the logs what addresses may hold: whoever reads a log must not be able to use it."""

import logging
import re

SECRET_PARTS = re.compile(r"(/(?:join|shared|feed|unsubscribe|stop|confirm|answer|export|confirm-email|reset/key)/)[^\s/?#\"']+")


class BlotSecrets(logging.Filter):
    """Django names the address of a request that went wrong; the secret in it is left out."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET_PARTS.sub(r"\1…", record.getMessage()), ()
        return True
