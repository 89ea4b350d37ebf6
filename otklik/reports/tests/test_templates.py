from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE

from otklik.reports import blank
from otklik.reports.docx_file import MOST_BYTES, MOST_UNPACKED, BadTemplate, check
from otklik.reports.tests.region import Region, made
from otklik.reports.to_docx import filled, to_docx, values

pytestmark = pytest.mark.django_db


def saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def document(*lines: str) -> bytes:
    made_of = Document()
    for line in lines:
        made_of.add_paragraph(line)
    return saved(made_of)


def with_part(name: str, content: bytes, without: str = "") -> bytes:
    """Our own template with one part more, or another one in its place."""
    out = BytesIO()
    with ZipFile(BytesIO(blank.made())) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in (name, without):
                new.writestr(entry, old.read(entry.filename))
        new.writestr(name, content)
    return out.getvalue()


def in_document(old: bytes, new: bytes) -> bytes:
    words = ZipFile(BytesIO(blank.made())).read("word/document.xml")
    assert old in words
    return with_part("word/document.xml", words.replace(old, new, 1))


def text_of(content: bytes) -> str:
    return "\n".join(one.text for one in Document(BytesIO(content)).paragraphs)


def test_what_is_no_document_or_huge_or_unpacks_to_something_huge_is_refused() -> None:
    check(blank.made())
    for content in (b"", b"PK", b"%PDF-1.7", b"\x00" * 100, b"PK\x05\x06" + b"\0" * 18):
        with pytest.raises(BadTemplate, match="не документ Word"):
            check(content)
    with pytest.raises(BadTemplate, match="больше 2 МБ"):
        check(b"P" * (MOST_BYTES + 1))
    with pytest.raises(BadTemplate, match="слишком много данных"):
        check(with_part("word/media/image1.png", b"\0" * (MOST_UNPACKED + 1)))
    with pytest.raises(BadTemplate, match="слишком велик"):
        check(with_part("word/styles.xml", b"<a>" + b" " * 2_000_000 + b"</a>"))
    out = BytesIO(blank.made())
    with ZipFile(out, "a") as archive:
        for number in range(300):
            archive.writestr(f"word/media/{number}.png", b"")
    with pytest.raises(BadTemplate, match="слишком много частей"):
        check(out.getvalue())
    out = BytesIO(blank.made())
    with pytest.warns(UserWarning, match="Duplicate"), ZipFile(out, "a") as archive:
        archive.writestr("word/document.xml", b"<a/>")
    with pytest.raises(BadTemplate, match="повторяются"):
        check(out.getvalue())


def test_a_region_fills_its_own_template_and_loops_that_say_too_much_are_stopped(region: Region) -> None:
    region.busy()
    own = document(
        "Губернатору",
        "{{ title }} за {{ when }}",
        "{%p for one in figures %}",
        "{{ one.title }}: {{ one.value }}{% if one.past[0] != '—' %}, было {{ one.past[0] }}{% endif %}",
        "{%p endfor %}",
        "{%p for table in tables %}",
        "{{ table.title | upper }}: {% for row in table.rows %}{{ row.name }}, {% endfor %}",
        "{%p endfor %}",
    )
    text = text_of(to_docx(made(), own))
    assert "Суточный лист за 14 июня 2026 г., воскресенье" in text
    assert "Пришло: 12, было 3" in text
    assert "ГРУППЫ ТЕМ: =HYPERLINK" in text
    report = values(made())
    report["days"] = report["days"] * 3000
    with pytest.raises(BadTemplate, match="слишком большим"):
        filled(document("{% for a in days %}{% for b in days %}xxxxxxxxxx{% endfor %}{% endfor %}"), report)


GREEDY = [
    *("{{ title.__class__ }}", "{{ title.__class__.__mro__[1].__subclasses__() }}", "{{ title['__class__'] }}"),
    *("{{ figures.append }}", "{{ figures.append(1) }}", "{{ title.format(1) }}", "{{ title | attr('upper') }}"),
    *("{{ '%1000000000d' | format(1) }}", "{{ title | center(1000000000) }}", "{{ 'a' * 1000000000 }}"),
    *("{{ range(1000000000) }}", "{% for one in range(1000000000) %}x{% endfor %}", "{{ 9 ** 9 ** 9 }}"),
    *("{{ self }}", "{{ self.__init__.__globals__ }}", "{{ cycler.__init__ }}", "{{ lipsum(100) }}"),
    *("{% set a = 1 %}{{ a }}", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "{{ title | safe }}"),
    *("{% include '/etc/passwd' %}", "{% import 'os' as os %}", "{% extends 'base' %}"),
    "{% for a in figures recursive %}{{ loop(figures) }}{% endfor %}",
    "{% for a in days %}{% for b in days %}{% for c in days %}x{% endfor %}{% endfor %}{% endfor %}",
    *("{{ request }}", "{{ settings.SECRET_KEY }}", "{{ no_such_thing }}"),
    *("{{ title", "{% for one in figures %}", "{% nonsense %}"),
]


def test_a_template_that_wants_more_than_values_is_refused_in_words() -> None:
    report = values(made())
    for line in GREEDY:
        with pytest.raises(BadTemplate, match=r"^[А-Я].+"):
            filled(document(line), report)
    header, title = Document(), Document()
    header.sections[0].header.paragraphs[0].text = "{{ title.__class__ }}"
    title.core_properties.title = "{{ title.__class__ }}"
    for own in (header, title):
        with pytest.raises(BadTemplate):
            filled(saved(own), report)


ELSEWHERE = [
    ("image", "http://evil.example/pixel.png"),
    ("attachedTemplate", "http://evil.example/a.dotm"),
    ("attachedTemplate", "file://evil/share/a.dotm"),
    ("hyperlink", "file://evil/share"),
    ("hyperlink", "\\\\evil\\share"),
    ("hyperlink", "javascript:alert(1)"),
    ("oleObject", "http://evil.example/a"),
    ("aFChunk", "http://evil.example/a.html"),
]


def test_what_is_fetched_from_elsewhere_and_what_runs_are_refused_and_a_link_that_a_reader_clicks_is_fine() -> None:
    for kind, target in ELSEWHERE:
        with pytest.raises(BadTemplate, match="из другого места"):
            check(related(kind, target))
    check(related("hyperlink", "https://region.example/"))
    name = "word/_rels/document.xml.rels"
    chunk = b'<Relationship Id="a" Type="x/aFChunk" Target="b.html"/></Relationships>'

    words = ZipFile(BytesIO(blank.made())).read(name).replace(b"</Relationships>", chunk)
    with pytest.raises(BadTemplate, match="из другого места"):  # a whole page may be put inside the file, too
        check(with_part(name, words))
    types = ZipFile(BytesIO(blank.made())).read("[Content_Types].xml")
    plain, macro = b"wordprocessingml.document.main+xml", b"document.macroEnabled.main+xml"
    for name, content in (
        ("word/vbaProject.bin", b"<a/>"),
        ("word/embeddings/oleObject1.bin", b"<a/>"),
        ("word/activeX/activeX1.xml", b"<a/>"),
        ("word/vbaData.xml", b"<a/>"),
        ("[Content_Types].xml", types.replace(plain, macro)),
    ):
        with pytest.raises(BadTemplate, match="макросы"):
            check(with_part(name, content))


def related(kind: str, target: str) -> bytes:
    made_of = Document()
    made_of.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK.replace("hyperlink", kind), is_external=True)
    return saved(made_of)


def test_fields_that_fetch_entities_other_encodings_and_a_broken_document_are_refused() -> None:
    for field in (b"INCLUDETEXT c:\\\\secret.txt", b"DDEAUTO cmd", b" LINK Excel.Sheet", b"INCLUDEPICTURE x"):
        whole = b'<w:r><w:instrText xml:space="preserve">' + field + b"</w:instrText></w:r>"
        torn = b"".join(b"<w:r><w:instrText>" + part + b"</w:instrText></w:r>" for part in (field[:5], field[5:]))
        for words in (whole, torn):
            with pytest.raises(BadTemplate, match="поле"):
                check(in_document(b"</w:p>", words + b"</w:p>"))
    other_encoding = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")
    for part in (b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>', other_encoding, b"\xff\xfe\xfd"):
        with pytest.raises(BadTemplate, match="не бывает"):
            check(with_part("word/settings.xml", part))
    for name, part in (("word/document.xml", b"<a>"), ("[Content_Types].xml", b"<Types/>")):
        with pytest.raises(BadTemplate):
            filled(with_part(name, part), values(made()))
