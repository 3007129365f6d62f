"""An institute's OpenID Connect service on this machine: discovery, tokens signed with its own key, and who somebody is."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT = ("lectern", "a secret between the two")


@dataclass
class Institute:
    """What the service says; tests change it at will."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    audience: str = CLIENT[0]
    is_down: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        match path:
            case "/.well-known/openid-configuration":
                ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
                addresses = {f"{end}_endpoint": f"{self.url}/{name}" for end, name in ends.items()}
                return addresses | {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
            case "/token":
                self.asked.append(form)
                token = jwt.encode(self._id_claims(), KEY, "RS256", headers={"kid": "1"})
                return {"access_token": "an access token", "token_type": "Bearer", "id_token": token}
            case "/userinfo":
                return self.claims
            case "/keys":
                return {"keys": [json.loads(RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "1"}]}
        return {}

    def _id_claims(self) -> dict[str, Any]:
        now = int(time.time())
        return self.claims | {"iss": self.issuer or self.url, "aud": self.audience, "iat": now, "exp": now + 60}


@contextmanager
def running_institute() -> Iterator[Institute]:
    institute = Institute()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            self.send_response(503 if institute.is_down else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(institute.answer(self.path, form)).encode())

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    institute.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield institute
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
