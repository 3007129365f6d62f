"""No relay: each mail becomes one .eml file, named by its Message-ID, and so written exactly once."""

import os
import re
import tempfile
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from digests.channels.base import BeforeDot, Outcome, Verdict, is_over
from digests.channels.wire import on_the_wire


class FileChannel:
    memory: timedelta | None = None  # files stay

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, before_dot: BeforeDot) -> Outcome:
        """Write beside, then rename: a reader of the folder never sees half a mail."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = self._write_draft(on_the_wire(message))
        except OSError as problem:
            return Outcome(Verdict.RELAY_DOWN, f"{self.folder}: {problem.strerror}")
        try:
            if is_over(before_dot()):
                return Outcome(Verdict.STOPPED)
            draft.replace(self._path(message["Message-ID"]))
            return Outcome(Verdict.ACCEPTED)
        finally:
            draft.unlink(missing_ok=True)

    def was_accepted(self, message_id: str) -> bool:
        return self._path(message_id).exists()

    def close(self) -> None:
        pass

    def _write_draft(self, content: bytes) -> Path:
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".draft-", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return Path(file.name)

    def _path(self, message_id: str) -> Path:
        return self.folder / (re.sub(r"[^\w.@-]", "_", message_id.strip("<>")) + ".eml")
