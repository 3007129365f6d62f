"""A text cut into sentences, never within a formula and not after "e.g." or an initial."""

import re
from bisect import bisect_right

from papers.markup import formula_spans

END = re.compile(r"[.!?][”’\")\]]*\s+(?=[\"“‘(\[]?(?:[A-Z0-9\\$]|[^\W\d_a-z]))")
ABBREVIATION = re.compile(
    r"(?:^|[\s(\[])(?:e\.g|i\.e|cf|vs|viz|resp|approx|etc|et al|al|Figs?|Eqs?|Refs?|Secs?|Tabs?|Nos?|Vol|Dr|Prof|Mr|Mrs|Ms|St|[A-Z])\.$"
)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in their order."""
    spans = formula_spans(text)
    starts = [start for start, _end in spans]
    found, begin = [], 0
    for end in END.finditer(text):
        stop = end.start() + 1
        before = bisect_right(starts, end.start()) - 1
        in_formula = before >= 0 and end.start() < spans[before][1]
        if in_formula or ABBREVIATION.search(text, max(begin, stop - 12), stop):
            continue
        found.append(text[begin : end.end()].strip())
        begin = end.end()
    return [*found, text[begin:].strip()] if text[begin:].strip() else found
