"""A picture that somebody sends with a form."""

from typing import Any

from otklik.lib.pictures import MAX_BYTES, TOO_BIG, NotAPicture, wash


def washed(upload: Any) -> bytes:
    """The uploaded picture as it may be kept, b"" without one. Raises NotAPicture with a sentence."""
    if upload is None:
        return b""
    if (upload.size or 0) > MAX_BYTES:
        raise NotAPicture(TOO_BIG)
    return wash(upload.read())
