"""What a picture from outside is reduced to."""

import io

import pytest
from PIL import Image

from otklik.lib.pictures import MAX_BYTES, NotAPicture, wash


def picture(kind: str, size: tuple[int, int] = (40, 20), orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera of Ivan"
    exif.get_ifd(0x8825)[2] = (45.0, 2.0, 0.0)
    written = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, "red").save(written, kind, exif=exif)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_picture_is_left(kind: str) -> None:
    washed = Image.open(io.BytesIO(wash(picture(kind))))
    assert (washed.format, washed.size) == ("JPEG", (40, 20))
    assert not washed.getexif()
    assert b"Camera of Ivan" not in wash(picture(kind))


def test_a_picture_is_turned_upright_and_shrunk() -> None:
    assert Image.open(io.BytesIO(wash(picture("JPEG", orientation=6)))).size == (20, 40)
    assert Image.open(io.BytesIO(wash(picture("JPEG", (400, 200)), longest_side=100))).size == (100, 50)


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"%PDF-1.7", picture("JPEG")[:40], b"\xff\xd8" + b"\x00" * 100, b"<svg/>"]
)
def test_anything_else_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(NotAPicture, match="JPEG"):
        wash(content)


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(NotAPicture, match="20"):
        wash(b"\xff" * (MAX_BYTES + 1))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_is_refused() -> None:
    written = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(written, "PNG")
    with pytest.raises(NotAPicture):
        wash(written.getvalue())
