"""Text of a file in whatever encoding it was saved."""

import codecs

from charset_normalizer import from_bytes

LIKELY = ["cp1252", "cp1251", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"]  # of which a few letters would not tell others apart
LOOKED_AT = 200_000  # bytes; enough to tell, and a guess over a whole library would take minutes
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(content: bytes) -> tuple[str, str]:
    """Return the text and, where the encoding had to be guessed, its name; it is UTF-8 unless that is impossible."""
    try:
        return content.decode("utf-16" if content.startswith(UTF_16) else "utf-8-sig"), ""
    except UnicodeDecodeError as problem:
        start = max(problem.start - LOOKED_AT // 2, 0)
        guess = from_bytes(content[start : start + LOOKED_AT], cp_isolation=LIKELY).best()
        name = guess.encoding if guess else "latin-1"
        return content.decode(name, "replace"), name
