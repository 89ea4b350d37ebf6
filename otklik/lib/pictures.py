"""Pictures from outside: checked, turned upright, shrunk, and written anew, so that no EXIF or GPS stays in them."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 2560


class NotAPicture(Exception):
    """The text says what is wrong and is for the person who chose the file."""


def wash(content: bytes, longest_side: int = LONGEST_SIDE) -> bytes:
    """JPEG bytes of the picture alone. Raises NotAPicture for anything else than a JPEG, PNG or WebP of sane size."""
    if len(content) > MAX_BYTES:
        raise NotAPicture("Файл больше 20 МБ: уменьшите снимок.")
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NotAPicture("Снимок слишком велик: больше 60 мегапикселей.")
            upright = ImageOps.exif_transpose(picture)
            flat = Image.new("RGB", upright.size, "white")
            flat.paste(upright.convert("RGBA"), mask=upright.convert("RGBA").getchannel("A"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotAPicture("Это не снимок: подходят JPEG, PNG и WebP.") from None
    flat.thumbnail((longest_side, longest_side))
    clean = io.BytesIO()
    flat.save(clean, "JPEG", quality=88)
    return clean.getvalue()
