import io

import pytest
from PIL import Image

from otklik.answers.acts import BROKEN_PDF, MAX_BYTES, NO_ACT, NotAnAct, paper_of, safe_name
from otklik.lib.pictures import BROKEN_HEIC
from otklik.lib.tests.test_pictures import picture

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def test_a_pdf_is_kept_as_it_came_up_to_twenty_megabytes_and_a_picture_washed_and_named() -> None:
    assert paper_of(PDF, "Акт № 7.pdf") == ("pdf", "Акт № 7.pdf", PDF)
    kind, name, content = paper_of(picture("PNG"), "Акт.png")
    assert (kind, name, Image.open(io.BytesIO(content)).format) == ("picture", "Акт.jpg", "JPEG")
    assert len(paper_of(PDF[:-6] + b" " * (MAX_BYTES - len(PDF)) + b"%%EOF\n", "a.pdf").content) == MAX_BYTES
    with pytest.raises(NotAnAct, match="20 МБ"):
        paper_of(PDF[:-6] + b" " * (MAX_BYTES - len(PDF)) + b" %%EOF\n", "a.pdf")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        *((junk, NO_ACT) for junk in (b"", b"<html><script>alert(1)</script></html>", b"<svg onload=alert(1)>")),
        *((junk, NO_ACT) for junk in (b"MZ\x90\x00", b"PK\x03\x04word/document.xml", b"\n" + PDF)),
        (b"%PDF-1.7\nhalf of it", BROKEN_PDF),
        (PDF + b" " * 2000, BROKEN_PDF),
        (b"\x00\x00\x00\x18ftypheic" + b"x" * 40, BROKEN_HEIC),
    ],
)
def test_whatever_else_it_is_called_is_refused(content: bytes, expected: str) -> None:
    with pytest.raises(NotAnAct) as refused:
        paper_of(content, "акт.pdf")
    assert str(refused.value) == expected


def test_the_name_is_safe_to_show_and_to_save_under() -> None:
    names = {
        "../../etc/passwd": "passwd.pdf",
        "C:\\Мои\\Акт 5.PDF": "Акт 5.pdf",
        "счёт\u202efdp.exe": "счётfdp.exe.pdf",
        'a"\r\nSet-Cookie: x=1.pdf': "a Set-Cookie x=1.pdf",
        "<img src=x>.pdf": "img src=x.pdf",
        "я" * 300 + ".pdf": "я" * 80 + ".pdf",
        **dict.fromkeys(("", "....pdf", "\x00\ud800.pdf"), "акт.pdf"),
    }
    assert {name: safe_name(name, ".pdf") for name in names} == names
