"""Pictures from outside: checked, turned upright, shrunk, and written anew, so that no EXIF or GPS stays in them.

What a file is says its content, never its name. Its size in pixels is read from the header and bounded before
anything is decoded, by what its kind costs to decode; big pictures are decoded one at a time. Of a file of many
pictures the first is taken.
"""

import io
import threading
from typing import Any

from pi_heif import register_heif_opener  # type: ignore[import-untyped]
from PIL import Image, ImageOps, UnidentifiedImageError

from otklik.lib.sentence import Sentence as _

MAX_BYTES = 40 * 1024 * 1024
MAX_PIXELS = {"JPEG": 60_000_000, "MPO": 60_000_000, "HEIF": 50_000_000, "PNG": 25_000_000, "WEBP": 16_000_000}
"""A plain JPEG is decoded smaller at once; of a WebP the decoder holds four bytes a pixel, four times over."""
MAX_PROGRESSIVE = 25_000_000
"""Pixels of a JPEG that comes in passes: it is held whole until the last of them."""
LONGEST_SIDE = 2560

TOO_BIG = _("Снимок больше 40 МБ: выберите в камере меньший размер или обрежьте его.")
TOO_WIDE = _("В снимке слишком много точек: сохраните его как обычный JPEG или выберите в камере меньший размер.")
BROKEN_HEIC = _("Снимок HEIC не читается: откройте его на телефоне и сохраните как JPEG.")
NO_PICTURE = _("Это не снимок: подходят JPEG, PNG, WebP и HEIC.")

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1")
# A decoder that meets nonsense raises whatever it likes; all of this means that there is no picture.
_UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    RuntimeError,
    OverflowError,
    Image.DecompressionBombError,
)
_ALONE = threading.Lock()

register_heif_opener(thumbnails=False)


class NotAPicture(Exception):
    """The text says what is wrong and is for the person who chose the file."""


def wash(content: bytes, longest_side: int = LONGEST_SIDE) -> bytes:
    """JPEG bytes of the picture alone. Raises NotAPicture for anything else than a JPEG, PNG, WebP or HEIC of sane
    size."""
    if len(content) > MAX_BYTES:
        raise NotAPicture(TOO_BIG)
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            most = MAX_PROGRESSIVE if picture.info.get("progressive") else MAX_PIXELS.get(picture.format or "", 0)
            if picture.width * picture.height > most:
                raise NotAPicture(TOO_WIDE)
            with _ALONE:
                return _anew(picture, longest_side)
    except _UNREADABLE:
        raise NotAPicture(BROKEN_HEIC if _is_heic(content) else NO_PICTURE) from None


def _anew(picture: Image.Image, longest_side: int) -> bytes:
    """Shrunk first: every later step then works on a small picture. A JPEG is not even decoded whole."""
    picture.draft(None, (longest_side, longest_side))
    if picture.mode in ("1", "P"):  # a palette cannot be shrunk smoothly
        picture = picture.convert("RGBA")
    picture.thumbnail((longest_side, longest_side))
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A"))
    clean = io.BytesIO()
    flat.save(clean, "JPEG", quality=88)
    return clean.getvalue()


def _is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS


def wash_upload(upload: Any) -> bytes:
    """The picture that came with a form, washed; b"" for None. Raises NotAPicture."""
    if upload is None:
        return b""
    if (upload.size or 0) > MAX_BYTES:
        raise NotAPicture(TOO_BIG)
    return wash(upload.read())
