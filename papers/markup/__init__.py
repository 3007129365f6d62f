"""LaTeX in titles and abstracts, and Markdown with LaTeX that readers write, as safe HTML with MathML and as plain text.

Knows no models and no Django.
"""

from papers.markup.pieces import formula_spans, without_torn_end
from papers.markup.texts import html, in_markdown, plain, without_formulas
from papers.markup.typography import START, STOP

__all__ = ["START", "STOP", "formula_spans", "html", "in_markdown", "plain", "without_formulas", "without_torn_end"]
