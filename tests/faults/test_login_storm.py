"""A storm on the log-in page of a real server: however many try at once and whatever they claim, the limit holds."""

import http.client
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
import redis

from accounts.limiting import AT_ONE_ACCOUNT, FROM_ONE_ADDRESS
from config.embedded import redis_url
from tests.digests.relay import free_port
from tests.faults.instance import Instance, wait_for_port

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
FULL = os.environ.get("FAULTS") == "full"
TRIES, THREADS, ACCOUNTS = (10_000 if FULL else 800), 16, 12
WRONG, PASSED, REFUSED = 200, 302, 429


@pytest.fixture
def server() -> Iterator[tuple[Instance, int]]:
    with tempfile.TemporaryDirectory(prefix="lec-storm-", ignore_cleanup_errors=True) as folder:
        instance, port = Instance(Path(folder)), free_port()
        try:
            instance.start()
            instance.run("manage", "collectstatic", "--noinput", "--verbosity", "0")
            instance.run("tests.faults.seed", str(ACCOUNTS))
            instance.spawn("gunicorn", "config.wsgi", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}", "--threads", "8")
            wait_for_port(port)
            yield instance, port
        finally:
            instance.stop()


class Burglar:
    """One thread's browser: keeps its connection, and lies about where it comes from."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request("GET", "/accounts/login/")
        answer = self.connection.getresponse()
        page = answer.read().decode()
        self.cookie = answer.getheader("Set-Cookie", "").partition(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page[:200]
        self.token = token[1]

    def try_once(self, email: str, password: str) -> int:
        form = urlencode({"csrfmiddlewaretoken": self.token, "login": email, "password": password})
        lie = ".".join(str(random.randrange(256)) for _ in range(4))
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie, "X-Forwarded-For": lie}
        self.connection.request("POST", "/accounts/login/", form, headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


def storm(port: int, tries: int) -> Counter[tuple[str, int]]:
    """Try so often from so many threads at once; return how often each account got each answer."""

    def rob(number: int) -> Counter[tuple[str, int]]:
        burglar, answers, dice = Burglar(port), Counter[tuple[str, int]](), random.Random(number)
        for _ in range(-(-tries // THREADS)):
            email = f"reader{dice.randrange(ACCOUNTS)}@lab.example"
            answers[email, burglar.try_once(email, f"guess {dice.random()}")] += 1
        burglar.connection.close()
        return answers

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(rob, range(THREADS)), Counter())


@pytest.mark.timeout(1200)
def test_no_number_of_tries_exceeds_the_limit(server: tuple[Instance, int]) -> None:
    instance, port = server
    started = time.monotonic()
    answers = storm(port, TRIES // 2)
    with closing(redis.Redis.from_url(redis_url(instance.folder))) as valkey:
        valkey.flushall()
    answers += storm(port, TRIES - TRIES // 2)
    took = time.monotonic() - started
    windows = 1 + int(took // FROM_ONE_ADDRESS.window.total_seconds())
    checked = Counter({email: n for (email, status), n in answers.items() if status != REFUSED})
    looked_at, at_one = checked.total(), max(checked.values())
    sys.stdout.write(f"{answers.total()} tries in {took:.0f} s; passwords looked at: {looked_at}, at one account: {at_one}\n")
    assert {status for _email, status in answers} == {WRONG, REFUSED}
    assert answers.total() >= TRIES
    assert checked.total() <= FROM_ONE_ADDRESS.amount * windows
    assert max(checked.values()) <= AT_ONE_ACCOUNT.amount * windows
    assert checked.total() >= FROM_ONE_ADDRESS.amount * 0.5, "the storm never reached the limit"
