"""Checking and scaling uploaded pictures. Every byte from outside is hostile: only what Pillow decodes is kept."""

import dataclasses
import io
import warnings

from PIL import Image, ImageOps

BIGGEST_FILE = 10 * 1024 * 1024  # bytes
BIGGEST_SIDE = 2560  # pixels, as the networks scale down to
MOST_PIXELS = 16_000_000  # a WebP of two kilobytes may claim them all, and each is held several times
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPicture(ValueError):
    """Too big, broken, or not a JPEG, PNG or WebP."""


@dataclasses.dataclass(frozen=True)
class Picture:
    """A decoded picture, encoded again as JPEG without its metadata."""

    data: bytes
    width: int
    height: int


def check(data: bytes) -> Picture:
    """Decode and encode again. NotAPicture if it cannot be done."""
    if len(data) > BIGGEST_FILE:
        raise NotAPicture("the file is too big")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                _check_size(opened)
                turned = ImageOps.exif_transpose(opened).convert("RGB")
    except NotAPicture:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise NotAPicture("not a picture") from fault
    turned.thumbnail((BIGGEST_SIDE, BIGGEST_SIDE))
    return Picture(_jpeg(turned), turned.width, turned.height)


def measured(data: bytes) -> Picture:
    """The picture of bytes that `check` has already made."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
        return Picture(data, opened.width, opened.height)


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise NotAPicture("too many pixels")


def fit(width: int, height: int, side: int) -> tuple[int, int]:
    """The size of a copy whose longer side is at most `side`."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def scaled(data: bytes, side: int) -> bytes:
    """A copy whose longer side is at most `side`."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
        return _jpeg(opened.convert("RGB").resize(fit(opened.width, opened.height, side)))


def plain(colour: str, side: int) -> bytes:
    """A square of one colour: the face of a person or a community without a photo."""
    return _jpeg(Image.new("RGB", (side, side), colour))


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()
