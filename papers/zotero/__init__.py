"""Zotero's Web API, version 3: what it is asked (client), and how a paper looks there (shapes). No database."""
