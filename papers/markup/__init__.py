"""LaTeX in titles and abstracts, as safe HTML with MathML and as plain text. Knows no models and no Django."""

from papers.markup.pieces import without_torn_end
from papers.markup.texts import html, plain
from papers.markup.typography import START, STOP

__all__ = ["START", "STOP", "html", "plain", "without_torn_end"]
