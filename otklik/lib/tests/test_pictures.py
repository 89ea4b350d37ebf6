import io

import pytest
from PIL import Image
from pillow_heif import from_pillow

from otklik.lib.pictures import BROKEN_HEIC, MAX_BYTES, NO_PICTURE, TOO_BIG, TOO_WIDE, NotAPicture, wash


def picture(kind: str, size: tuple[int, int] = (40, 20), orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera of Ivan"
    exif.get_ifd(0x8825)[2] = (45.0, 2.0, 0.0)
    written = io.BytesIO()
    made = Image.new("RGBA" if kind == "PNG" else "RGB", size, "red")
    if kind == "HEIF":  # the product reads HEIC and cannot write it: its library holds no encoder
        from_pillow(made).save(written, exif=exif.tobytes())
    else:
        made.save(written, kind, exif=exif)
    return written.getvalue()


def test_nothing_but_the_picture_is_left_turned_upright_and_shrunk() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
        assert b"Camera of Ivan" in picture(kind)
        washed = wash(picture(kind))
        opened = Image.open(io.BytesIO(washed))
        assert (opened.format, opened.size, b"Camera of Ivan" in washed) == ("JPEG", (40, 20), False), kind
        assert not opened.getexif()
        assert Image.open(io.BytesIO(wash(picture(kind, (400, 200)), longest_side=100))).size == (100, 50), kind
    assert Image.open(io.BytesIO(wash(picture("JPEG", orientation=6)))).size == (20, 40)
    assert Image.open(io.BytesIO(wash(picture("JPEG", (400, 200), orientation=6), longest_side=100))).size == (50, 100)


def png(mode: str, size: tuple[int, int]) -> bytes:
    """All signs zero: black, or nothing to see where the mode has it."""
    written = io.BytesIO()
    Image.new(mode, size).save(written, "PNG")
    return written.getvalue()


def test_any_kind_of_pixels_becomes_a_plain_photo_and_what_is_see_through_stands_on_white() -> None:
    for mode in ("1", "L", "LA", "P", "RGBA", "I;16"):
        assert Image.open(io.BytesIO(wash(png(mode, (30, 20))))).mode == "RGB", mode
    assert Image.open(io.BytesIO(wash(png("RGBA", (20, 20))))).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        *((content, NO_PICTURE) for content in (b"", b"GIF89a", b"%PDF-1.7", b"<svg/>", picture("JPEG")[:40])),
        (b"\xff\xd8" + b"\x00" * 100, NO_PICTURE),
        *((heic, BROKEN_HEIC) for heic in (picture("HEIF")[:200], picture("HEIF")[:-20])),
        *((b"\x00\x00\x00\x18ftyp" + box, BROKEN_HEIC) for box in (b"heic" + b"\x00" * 400, b"mif1" + b"\xff" * 4000)),
        (b"\xff" * (MAX_BYTES + 1), TOO_BIG),
    ],
    ids=lambda value: ascii(value[:12]),
)
def test_anything_else_is_refused_with_a_reason_and_a_broken_heic_says_what_to_do(content: bytes, reason: str) -> None:
    with pytest.raises(NotAPicture) as refused:
        wash(content)
    assert str(refused.value) == reason


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_and_a_heic_that_claims_to_be_huge_are_refused_before_they_are_decoded() -> None:
    """The header's size (box `ispe`) is made 30 000 × 30 000: decoding it would ask for gigabytes."""
    honest = bytearray(picture("HEIF", (64, 64)))
    at = honest.index(b"ispe") + 8
    honest[at : at + 8] = (30_000).to_bytes(4, "big") * 2
    for content in (png("1", (12_000, 12_000)), bytes(honest)):
        with pytest.raises(NotAPicture):
            wash(content)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_small_file_of_many_pixels_is_refused_by_what_its_kind_costs_to_decode() -> None:
    """Megapixels: a WebP is held four times over, a JPEG in passes whole; a plain one is decoded smaller at once."""
    for kind, side, how in (
        ("WEBP", 4100, {"lossless": True}),
        ("PNG", 5100, {}),
        ("JPEG", 5100, {"progressive": True}),
    ):
        written = io.BytesIO()
        Image.new("L", (side, side)).save(written, kind, **how)
        with pytest.raises(NotAPicture) as refused:
            wash(written.getvalue())
        assert str(refused.value) == TOO_WIDE, kind
    plain = io.BytesIO()
    Image.new("L", (7700, 7700)).save(plain, "JPEG")
    assert Image.open(io.BytesIO(wash(plain.getvalue()))).size == (2560, 2560)


def test_of_a_file_of_many_pictures_the_first_is_taken() -> None:
    frames = [Image.new("RGB", (40, 20), colour) for colour in ("red", "blue", "lime")]
    for kind in ("WEBP", "PNG", "MPO"):
        written = io.BytesIO()
        frames[0].save(written, kind, save_all=True, append_images=frames[1:])
        pixel = Image.open(io.BytesIO(wash(written.getvalue()))).getpixel((5, 5))
        assert isinstance(pixel, tuple)
        assert pixel[0] > 200 > 60 > pixel[2], kind
