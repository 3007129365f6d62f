"""How drf-spectacular describes the REST API: its settings, the parts that all operations share, and examples."""

from typing import Any

TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457). Some answers hold more members, such as `current` or `slug`.",
    "required": ["type", "title", "status", "detail", "error", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong, and what to do next."},
        "error": {"type": "string", "description": "The same as detail."},
        "errors": {
            "type": "array",
            "description": "Each part of the request that is not right.",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string", "description": "A path with dots, or empty for the whole."}, "detail": TEXT},
            },
        },
    },
}
EXAMPLES: dict[str, Any] = {  # bodies of the requests that programs send most, by operation
    "create_list": {"title": "Reading group", "visibility": "instance"},
    "change_list": {"description": "What we read on Fridays"},
    "add_to_list": {"note": "start with section 3", "tags": ["to teach"]},
    "change_items": {"action": "add", "papers": ["1706.03762", "arXiv:hep-th/9901001"]},
    "submit_paper": {"paper": "https://arxiv.org/abs/2005.14165v4"},
    "import_file": {"name": "links.txt", "text": "2005.14165\nhttps://arxiv.org/abs/2010.11929"},
    "set_state": {"state": "read"},
    "write_comment": {"text": "The bound of theorem 2 is $O(n \\log n)$, is it not?"},
    "create_team": {"slug": "theory-lab", "title": "Theory Lab"},
    "read_notices": {"all": True},
}


def give_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put the examples into a finished schema."""
    for operations in result["paths"].values():
        for operation in operations.values():
            example = EXAMPLES.get(operation["operationId"])
            if example is not None:
                operation["requestBody"]["content"]["application/json"]["examples"] = {"usual": {"value": example}}
    return result


SPECTACULAR_SETTINGS = {
    "TITLE": "Lectern",
    "DESCRIPTION": "Papers, votes, reading lists and weekly digests of one Lectern instance.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "APPEND_COMPONENTS": {
        "schemas": {"Problem": PROBLEM},
        "responses": {
            "Problem": {
                "description": "Any other error, such as an unknown method or form of body.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        },
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "config.openapi.give_examples"],
    "ENUM_NAME_OVERRIDES": {
        "DigestState": "digests.models.Digest.State",
        "DeliveryState": "digests.models.Delivery.State",
        "SuppressionKind": "digests.models.Suppression.Kind",
        "SubmissionState": "papers.models.Submission.State",
        "ImportState": "papers.models.PaperImport.State",
        "ReadingState": "papers.models.State",
        "OutletKind": "digests.models.TeamOutlet.Kind",
        "SuggestionState": "papers.models.Suggestion.State",
    },
}
