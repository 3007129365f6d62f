"""Sessions in the database, such that a dump of it logs nobody in: keys hashed, contents sealed."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.serializers import JSONSerializer
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models.session import Session
from accounts.sealing import seal, unseal

PURPOSE = "session"


def key_hash(session_key: str) -> str:
    """Return what the table holds for the key in a cookie: 160 bits of its SHA-256. The key itself has 165 random bits."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseSessionStore):
    """Django's own store, but for what it reads and writes in the key's column and in the content's."""

    seen_at: datetime | None = None  # when and if the row was noted to be in use

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        found = Session.objects.alive().filter(session_key=key_hash(self.session_key or "")).first()
        if found is None:
            self._session_key = None
        elif found.address:
            self.seen_at = found.seen_at
        return found

    def is_seen_long_ago(self, every: timedelta) -> bool:
        """Tell whether it is time to note again that this session is in use."""
        return self.seen_at is None or timezone.now() - self.seen_at > every

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=key_hash(session_key)).exists()

    def save(self, must_create: bool = False) -> None:
        """Insert or update. A row that was ended meanwhile does not come back."""
        if self.session_key is None:
            return self.create()
        content = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # the stubs leave it out
        columns = {
            "session_data": self.encode(content),
            "expire_date": self.get_expiry_date(),
            "user_id": content.get("_auth_user_id"),
        }
        key = key_hash(self.session_key)
        if not must_create:
            if not Session.objects.filter(session_key=key).update(**columns):
                raise UpdateError
        else:
            self._insert(key, columns)
        return None

    def _insert(self, key: str, columns: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                Session.objects.create(session_key=key, **columns)
        except IntegrityError as problem:
            raise CreateError from problem

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(session_key=key_hash(key)).delete()

    def encode(self, session_dict: dict[str, Any]) -> str:
        return seal(JSONSerializer().dumps(session_dict).decode("latin-1"), purpose=PURPOSE)

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """What this instance did not seal is nobody's session: the key was changed, or the row was."""
        try:
            return dict(JSONSerializer().loads(unseal(str(session_data), purpose=PURPOSE).encode("latin-1")))
        except InvalidToken:
            return {}
