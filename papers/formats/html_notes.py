"""Notes that a reference manager keeps as HTML, as plain text with its paragraphs."""

import re
from html.parser import HTMLParser

LIKE_HTML = re.compile(r"\s*<(p|div|h\d|ul|ol|blockquote)\b[^>]*>.*>\s*", re.DOTALL | re.IGNORECASE)
ENDS = {"p": "\n\n", "div": "\n", "br": "\n", "li": "\n", "h1": "\n\n", "h2": "\n\n", "h3": "\n\n", "blockquote": "\n\n"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "br":
            self.words.append("\n")
        if tag == "li":
            self.words.append("- ")

    def handle_endtag(self, tag: str) -> None:
        self.words.append(ENDS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def note_of(text: str) -> str:
    """Return a note as text; one that is no HTML stays as it is."""
    if not LIKE_HTML.fullmatch(text):
        return text
    reader = _Words()
    reader.feed(text)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.words)).strip()
