"""Whether a file may be a template: a plain Word document that fetches, starts and hides nothing. Pure over bytes.

It is looked at before any parser of documents sees it. What is refused is refused in a sentence for an administrator.
"""

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from otklik.lib.sentence import Sentence as _

MOST_BYTES = 2_000_000
MOST_UNPACKED = 20_000_000
MOST_WORDS = 1_500_000
"""Of one part that is text: a letterhead with its styles has a tenth of that."""
MOST_FILES = 200

TOO_BIG = _("Шаблон больше 2 МБ: уменьшите картинки в нём.")
BROKEN = _("Это не документ Word (.docx) или файл повреждён.")
TOO_MUCH_WANTED = _("Шаблон хочет того, чего ему нельзя: в нём бывают только места для значений.")
MACROS = _("В шаблоне есть макросы или вложенные объекты: сохраните его без них, как обычный .docx.")

_DOCUMENT = "word/document.xml"
_FORBIDDEN = re.compile(r"vbaProject|vbaData|activeX|/embeddings/|oleObject|\.bin$|attachedToolbars", re.I)
_CHUNK = re.compile(r"aFChunk|attachedTemplate|subDocument|oleObject|/frame|control\b|vbaProject", re.I)
_RELATION = re.compile(r"<\s*(?:\w+:)?Relationship\b[^>]*>", re.I)
_EXTERNAL = re.compile(r"""TargetMode\s*=\s*["']\s*External""", re.I)
_LINK = re.compile(r"""Type\s*=\s*["'][^"']*/hyperlink["']""", re.I)
_WEB = re.compile(r"""Target\s*=\s*["'](?:https?://|mailto:)""", re.I)
_FIELD = re.compile(
    r"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE|MACROBUTTON|AUTOTEXT|RD)\b", re.I
)
_INSTRUCTION = re.compile(r"<w:instrText\b[^>]*>([^<]*)</w:instrText>|<w:fldSimple\b[^>]*w:instr=\"([^\"]*)\"", re.I)


class BadTemplate(ValueError):
    """The sentence is for whoever brings the template."""


def unclear(why: str) -> BadTemplate:
    """`why` is what the reader of templates says, in English."""
    return BadTemplate(_("Шаблон не понятен: %(why)s") % {"why": why[:200]})


def check(content: bytes) -> None:
    """Raises BadTemplate."""
    if len(content) > MOST_BYTES:
        raise BadTemplate(TOO_BIG)
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_files(archive)
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, UnicodeDecodeError):
        raise BadTemplate(BROKEN) from None


def _check_files(archive: ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > MOST_FILES or len(set(names)) != len(names):
        raise BadTemplate(_("Внутри файла слишком много частей или они повторяются: это не обычный документ Word."))
    if _DOCUMENT not in names:
        raise BadTemplate(BROKEN)
    if any(_FORBIDDEN.search(name) for name in names):
        raise BadTemplate(MACROS)
    left = MOST_UNPACKED
    for entry in entries:
        part = _read(archive, entry, left)
        left -= len(part)
        if entry.filename.endswith((".xml", ".rels")):
            _check_part(entry.filename, part)


def _read(archive: ZipFile, entry: ZipInfo, left: int) -> bytes:
    """Never more than is left, whatever the archive says of itself."""
    with archive.open(entry) as file:
        part = file.read(left + 1)
    if len(part) > left:
        raise BadTemplate(_("Внутри файла слишком много данных: это не обычный документ Word."))
    return part


def _check_part(name: str, part: bytes) -> None:
    if len(part) > MOST_WORDS:
        raise BadTemplate(_("Текст шаблона слишком велик: оставьте в нём бланк и места для чисел."))
    words = part.decode("utf-8", "replace")
    if "\x00" in words or "�" in words or "<!" in re.sub(r"<!--.*?-->|<!\[CDATA\[", "", words, flags=re.DOTALL):
        raise BadTemplate(_("Внутри файла есть то, чего в документе Word не бывает: сохраните его заново."))
    if name.endswith(".rels"):
        _check_relations(words)
    elif "macroEnabled" in words:
        raise BadTemplate(MACROS)
    _check_fields(words)


def _check_relations(words: str) -> None:
    """A link that a reader clicks may lead to the web. Nothing else may lead outside."""
    for match in _RELATION.finditer(words):
        relation = match.group()
        link = _LINK.search(relation)
        if _CHUNK.search(relation) or (_EXTERNAL.search(relation) and not (link and _WEB.search(relation))):
            raise BadTemplate(_("Шаблон тянет что-то из другого места: вставьте картинки и тексты в сам файл."))


def _check_fields(words: str) -> None:
    """A field's words may be torn into runs, or stand one field beside the other."""
    instructions = ["".join(groups) for groups in _INSTRUCTION.findall(words)]
    if _FIELD.search("".join(instructions)) or _FIELD.search(" ".join(instructions)):
        raise BadTemplate(_("В шаблоне есть поле, которое тянет данные из другого места: уберите его."))
