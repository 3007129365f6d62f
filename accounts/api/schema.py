"""What the OpenAPI schema says about scopes: which one an operation needs, and what visitors may read."""

from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import SAFE_METHODS


class ScopedSchema(AutoSchema):
    def get_description(self) -> str:  # type: ignore[override]  # the stubs know only DRF's own schema
        description = str(super().get_description() or "")
        scope = getattr(self.view, "read_scope" if self._is_reading() else "write_scope", "")
        return f"{description}\n\nA token needs the scope `{scope}`." if scope else description

    def get_auth(self) -> list[dict[str, list[str]]]:
        ways: list[dict[str, list[str]]] = super().get_auth()
        is_public = self._is_reading() and getattr(self.view, "public_read", False)
        return [*ways, {}] if is_public else ways

    def _is_reading(self) -> bool:
        return self.method in SAFE_METHODS
