"""What is taken for the file of an act, and under which name."""

import io

import pytest
from PIL import Image

from otklik.answers.acts import BROKEN_PDF, MAX_BYTES, NO_ACT, NotAnAct, paper_of, safe_name
from otklik.lib.pictures import BROKEN_HEIC
from otklik.lib.tests.test_pictures import picture

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def test_a_pdf_is_kept_as_it_came() -> None:
    assert paper_of(PDF, "Акт № 7.pdf") == ("pdf", "Акт № 7.pdf", PDF)


def test_a_picture_of_an_act_is_washed_and_named_for_what_it_is() -> None:
    kind, name, content = paper_of(picture("PNG"), "Акт.png")
    assert (kind, name) == ("picture", "Акт.jpg")
    assert Image.open(io.BytesIO(content)).format == "JPEG"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", NO_ACT),
        (b"<html><script>alert(1)</script></html>", NO_ACT),
        (b"<svg onload=alert(1)>", NO_ACT),
        (b"MZ\x90\x00", NO_ACT),
        (b"PK\x03\x04word/document.xml", NO_ACT),
        (b"\n" + PDF, NO_ACT),
        (b"%PDF-1.7\nhalf of it", BROKEN_PDF),
        (PDF + b" " * 2000, BROKEN_PDF),
        (b"\x00\x00\x00\x18ftypheic" + b"x" * 40, BROKEN_HEIC),
    ],
)
def test_whatever_else_it_is_called_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(NotAnAct) as refused:
        paper_of(content, "акт.pdf")
    assert str(refused.value) == told


def test_twenty_megabytes_are_the_most() -> None:
    assert len(paper_of(PDF[:-6] + b" " * (MAX_BYTES - len(PDF)) + b"%%EOF\n", "a.pdf").content) == MAX_BYTES
    with pytest.raises(NotAnAct, match="20 МБ"):
        paper_of(PDF[:-6] + b" " * (MAX_BYTES - len(PDF)) + b" %%EOF\n", "a.pdf")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Мои\\Акт 5.PDF", "Акт 5.pdf"),
        ("счёт\u202efdp.exe", "счётfdp.exe.pdf"),
        ('a"\r\nSet-Cookie: x=1.pdf', "a Set-Cookie x=1.pdf"),
        ("<img src=x>.pdf", "img src=x.pdf"),
        ("", "акт.pdf"),
        ("....pdf", "акт.pdf"),
        ("\x00\ud800.pdf", "акт.pdf"),
        ("я" * 300 + ".pdf", "я" * 80 + ".pdf"),
    ],
)
def test_the_name_is_safe_to_show_and_to_save_under(given: str, name: str) -> None:
    assert safe_name(given, ".pdf") == name
