"""OpenURL: a link that asks an institute's own resolver where its people can read a paper. Pure.

Z39.88-2004 in key/encoded-value form: https://groups.niso.org/higherlogic/ws/public/download/14833/z39_88_2004_r2010.pdf
"""

from urllib.parse import urlencode, urlsplit


def openurl(resolver: str, *, title: str, first_author: str, year: int | None, doi: str, arxiv_id: str, journal: str) -> str:
    """Return the address that asks for a paper.

    Args:
        resolver: the institute's address, which may have a query of its own.
        title, first_author, year, doi, arxiv_id, journal: what is known; empty or None where nothing is.
    """
    asked = {
        "url_ver": "Z39.88-2004",
        "ctx_ver": "Z39.88-2004",
        "rft_val_fmt": "info:ofi/fmt:kev:mtx:journal",
        "rft.genre": "article" if doi or journal else "preprint",
        "rft.atitle": title,
        "rft.au": first_author,
        "rft.jtitle": journal,
        "rft.date": str(year or ""),
    }
    ids = [f"info:doi/{doi}"] if doi else []
    ids += [f"info:arxiv/{arxiv_id}"] if arxiv_id else []
    pairs = [(name, value) for name, value in asked.items() if value] + [("rft_id", each) for each in ids]
    return f"{resolver}{'&' if urlsplit(resolver).query else '?'}{urlencode(pairs)}"
