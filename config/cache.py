"""A cache that may be away: nothing that must hold is kept in it, so its absence only makes things slower."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class PatientRedisCache(RedisCache):
    """Answers like an empty cache while the server is down. Limits of logging in are in the database instead."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as problem:
            return _gone(problem, default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(*args, **kwargs)
        except RedisError as problem:
            _gone(problem, None)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().add(*args, **kwargs))
        except RedisError as problem:
            return bool(_gone(problem, True))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().delete(*args, **kwargs))
        except RedisError as problem:
            return bool(_gone(problem, False))

    def count(self, key: str, *, seconds: int) -> int:
        """Count one more under a key that is forgotten after so many seconds, in one round trip; 0 while the server is down."""
        try:
            name = self.make_and_validate_key(key)
            deeds = self._cache.get_client(write=True).pipeline()
            deeds.incr(name)
            deeds.expire(name, seconds)
            return int(deeds.execute()[0])
        except RedisError as problem:
            return int(_gone(problem, 0))


def _gone(problem: RedisError, answer: Any) -> Any:
    log.warning("The cache does not answer: %s", problem)
    return answer
