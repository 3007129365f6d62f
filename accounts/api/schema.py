"""What the OpenAPI schema says of every operation alike: scopes, what visitors may read, headers and parameters, and what may go wrong."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance, get_list_serializer, is_list_serializer
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.permissions import SAFE_METHODS

from accounts.api.sparse import Sparse
from accounts.problems import MEDIA_TYPE

PROBLEM = {"$ref": "#/components/schemas/Problem"}
CHANGED = {
    code: OpenApiResponse(response={"allOf": [PROBLEM], "type": "object"}, description=words)
    for code, words in ((412, "It has changed since you read it; `current` is how it is now."), (428, "If-Match is missing."))
}
WRONG = {
    400: "A field, a parameter or the body is not right; `errors` names each.",
    401: "No token where one is needed, or one that is unknown, expired or revoked.",
    403: "The token lacks the scope, or you may read this but not change it.",
    404: "There is no such thing, or none that you may see.",
    409: "It cannot be granted now; `detail` says what to do first.",
    412: "It has changed since you read it; `current` is how it is now.",
    422: "The Idempotency-Key was sent with another request.",
    428: "If-Match is missing.",
    429: "Too many calls; wait as many seconds as Retry-After says.",
}
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    "header",
    description="A name of your choice for this request: sent again with it within a day, it is done once.",
)
IF_MATCH = OpenApiParameter("If-Match", str, "header", description="The ETag that a GET of this address gave: else nothing is changed.")
FIELDS = OpenApiParameter(
    "fields", str, description="Only these parts of each result, such as `slug,title`; a dot leads inside: `paper.title`."
)


class ScopedSchema(AutoSchema):
    def get_description(self) -> str:  # type: ignore[override]  # the stubs know only DRF's own schema
        description = str(super().get_description() or "")
        scope = self._scope()
        return f"{description}\n\nA token needs the scope `{scope}`." if scope else description

    def get_auth(self) -> list[dict[str, list[str]]]:
        """A token's scopes are roles, as OpenAPI 3.1 calls them."""
        ways = [{name: [str(self._scope())] if name == "token" and self._scope() else [] for name in way} for way in super().get_auth()]
        is_public = self._is_reading() and getattr(self.view, "public_read", False)
        return [*ways, {}] if is_public else ways

    def get_override_parameters(self) -> list[Any]:
        asked = [*super().get_override_parameters()]
        if self.method == "GET" and isinstance(self._answered(), Sparse):
            asked.append(FIELDS)
        if self.method == "POST" and not getattr(self.view, "asks_others", False):
            asked.append(KEY)
        if self.method in {"PUT", "PATCH", "DELETE"} and hasattr(self.view, "get"):
            asked.append(IF_MATCH)
        return asked

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation:
            told = operation["responses"]
            for code in self._may_go_wrong(operation):
                described = {
                    "description": told.get(str(code), {}).get("description") or WRONG[code],
                    "content": {MEDIA_TYPE: {"schema": PROBLEM}},
                }
                told[str(code)] = described
            operation["responses"] = told = dict(sorted(told.items()))
            told["default"] = {"$ref": "#/components/responses/Problem"}
        return operation

    def _may_go_wrong(self, operation: dict[str, Any]) -> list[int]:
        told = {int(code) for code in operation["responses"] if code.isdigit() and int(code) >= 400}
        codes = told | {400, 401, 403, 429}
        if "{" in self.path or not self._is_reading():
            codes.add(404)
        if not self._is_reading():
            codes.add(409)
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        return sorted(codes | ({412} if "If-Match" in names else set()) | ({422} if "Idempotency-Key" in names else set()))

    def _answered(self) -> Any:
        """Return the serializer of the answer, or of each of its results."""
        answers: Any = self.get_response_serializers()
        if isinstance(answers, dict):
            answers = answers.get(200) or answers.get((200, "application/json"))
        found = force_instance(answers)
        return get_list_serializer(found).child if is_list_serializer(found) else found

    def _scope(self) -> str:
        return getattr(self.view, "read_scope" if self._is_reading() else "write_scope", None) or ""

    def _is_reading(self) -> bool:
        return self.method in SAFE_METHODS
