"""Files that are packed, told by their first bytes: gzip, and ZIP with one file in it."""

import gzip
import zipfile
from collections.abc import Iterable
from typing import BinaryIO, cast


def unpacked(file: BinaryIO) -> Iterable[bytes]:
    """Return the lines of a file, unpacked where it is packed; of a ZIP the largest file counts."""
    start = file.read(4)
    file.seek(0)
    if start.startswith(b"\x1f\x8b"):
        return cast("Iterable[bytes]", gzip.open(file))
    if start.startswith(b"PK\x03\x04"):
        archive = zipfile.ZipFile(file)
        return archive.open(max(archive.infolist(), key=lambda each: each.file_size))
    return file
