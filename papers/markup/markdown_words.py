"""Markdown's tokens as plain words: paragraphs stay apart, links say where they lead, formulas become Unicode."""

from collections.abc import Sequence

from markdown_it.token import Token

from papers.markup.formulas import unicode


def words_of(tokens: Sequence[Token]) -> str:
    """Return the tokens of a text as plain text; a blank line parts its paragraphs."""
    page = _Page()
    for token in tokens:
        page.take(token)
    return "\n".join(page.lines).strip("\n")


class _Page:
    """Lines as they come; knows how deep in quotes and lists the next ones stand."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.quotes = self.lists = self.tables = 0
        self.mark = ""  # of the list's item that begins here
        self.close = False  # to the line before, as in lists and tables
        self.row: list[str] | None = None

    def take(self, token: Token) -> None:
        match token.type:
            case "blockquote_open" | "blockquote_close":
                self.quotes += token.nesting
            case "bullet_list_open" | "bullet_list_close" | "ordered_list_open" | "ordered_list_close":
                self.lists += token.nesting
            case "list_item_open":
                self.mark = f"{token.info}. " if token.info else "- "
            case "paragraph_open":
                self.close = token.hidden and self.close
            case "table_open" | "table_close":
                self.tables += token.nesting
            case "tr_open":
                self.row = []
            case "tr_close":
                said, self.row = " | ".join(self.row or ()), None
                self.put(said, tight=True)
            case _:
                self.words(token)
        self.close = self.close and bool(self.lists or self.tables)

    def words(self, token: Token) -> None:
        said = _said(token)
        if self.row is not None:
            self.row += [said] if token.type == "inline" else []
        elif said:
            self.put(said, tight=bool(self.lists))

    def put(self, said: str, *, tight: bool) -> None:
        quote = "> " * self.quotes
        hang = "  " * self.lists
        if not self.close:
            self.lines.append(quote.rstrip() if self.lines and self.lines[-1].startswith(">") else "")
        first = hang.removesuffix("  ") + self.mark if self.mark else hang
        lines = [first + said.split("\n")[0], *(hang + line for line in said.split("\n")[1:])]
        self.lines += [(quote + line).rstrip() for line in lines]
        self.mark, self.close = "", tight


def _said(token: Token) -> str:
    if token.type == "inline":
        return _line(token.children or ())
    if token.type == "formula":
        return unicode(token.meta["formula"])
    if token.type in {"fence", "code_block"}:
        return token.content.rstrip("\n")
    return "* * *" if token.type == "hr" else ""


def _line(children: Sequence[Token]) -> str:
    written: list[str] = []
    began, address = 0, ""  # of the link that is open
    for token in children:
        match token.type:
            case "text" | "code_inline":
                written.append(token.content)
            case "formula":
                written.append(unicode(token.meta["formula"]))
            case "mention":
                written.append("@" + token.content)
            case "softbreak" | "hardbreak":
                written.append("\n")
            case "link_open":
                began, address = len(written), str(token.attrs["href"])
            case "link_close" if "".join(written[began:]) not in {address, address.removeprefix("mailto:")}:
                written.append(f" ({address})")
    return "".join(written)
