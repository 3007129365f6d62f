"""A pytest plugin: one real PostgreSQL and Valkey for the whole run, apart from everybody else's data.

Loaded before Django's settings are read, since it sets the addresses they compute.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from config.embedded import EmbeddedServers
from config.keys import ensure_keys

for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "PORT", "DEBUG"):
    os.environ.pop(name, None)

if "PYTEST_XDIST_WORKER" not in os.environ:
    data_dir = Path(tempfile.mkdtemp(prefix="lectern-test-"))
    data_dir.chmod(0o755)
    os.environ["DATA_DIR"] = str(data_dir)
    ensure_keys(data_dir)
    (data_dir / "mail").mkdir()
    _servers = EmbeddedServers(data_dir, durable=False)
    _servers.start()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a cancelled run stops its servers, too

    @atexit.register
    def _stop() -> None:
        _servers.stop()
        shutil.rmtree(data_dir, ignore_errors=True)
