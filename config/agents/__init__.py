"""Programs of language models, by the Model Context Protocol: a few tools, each of which is one call of the REST API."""

from config.agents.view import AgentsView

__all__ = ["AgentsView"]
