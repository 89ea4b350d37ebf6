"""The parts of an XLSX file, read as the work of somebody who means ill: sizes are counted, no entity is resolved.

Pure. An XLSX is a zip of XML files (ECMA-376); of all of them a list of rows needs four kinds.
"""

import mmap
import re
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO
from xml.parsers import expat

from otklik.lib.text import clean

MOST_UNPACKED = 4 * 1024**3
"""Bytes of one part: a hundred thousand incidents come to some 300 MB."""
MOST_SMALL = 4 * 1024**2
SWELLS, SWELLS_FROM = 250, 64 * 1024**2
"""So many times larger than packed, and then at least so large: no text swells so, a bomb does."""
MOST_CELL = 100_000
"""Characters; Excel itself holds 32,767."""
PIECE = 1 << 18
OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


class WrongFile(ValueError):
    """The file is no table that can be read; the sentence is Russian and for people."""


class Package:
    """An open XLSX; none of its parts unpacks to more than `most` bytes. Raises WrongFile for everything else."""

    def __init__(self, path: Path, most: int = MOST_UNPACKED) -> None:
        self._most = most
        with path.open("rb") as file:
            head = file.read(len(OLD_FORMAT))
        if not head:
            raise WrongFile("файл пуст")
        if head == OLD_FORMAT:
            raise WrongFile(
                "это старый формат .xls или файл с паролем: сохраните его в Excel как «Книга Excel (.xlsx)»"
            )
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise WrongFile("это не файл .xlsx: откройте его в Excel и сохраните как «Книга Excel (.xlsx)»") from error
        self._strings = _Strings()
        self.from_1904 = False
        try:
            self.sheets = self._sheets()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._zip.close()
        self._strings.close()

    def chunks(self, name: str, most: int = 0) -> Iterator[bytes]:
        """A part, unpacked piece by piece. Raises WrongFile when it swells beyond what a table may."""
        if name not in self._zip.namelist():
            raise WrongFile(f"в файле .xlsx нет части {name}")
        info = self._zip.getinfo(name)
        done, most = 0, most or self._most
        for piece in self._unpacked(info):
            done += len(piece)
            if done > most or (done > SWELLS_FROM and done > SWELLS * max(info.compress_size, 1)):
                raise WrongFile("файл распаковывается в слишком большой: похоже на «бомбу»")
            yield piece

    def _unpacked(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            with self._zip.open(info) as file:
                while piece := file.read(PIECE):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise WrongFile("файл повреждён или под паролем") from error

    def text(self, number: str) -> str:
        """A shared text by its number; "" for one that is not there."""
        return self._strings.get(number)

    def read_strings(self) -> None:
        """Shared texts go into a file of their own: there may be half a million of them."""
        if self._shared in self._zip.namelist():
            reader = _Shared(self._strings.put)
            feed(reader.parser, self.chunks(self._shared))
        self._strings.done()

    def _sheets(self) -> list[tuple[str, str]]:
        """(title, part) of each sheet in its order; and what else the workbook says."""
        book = "xl/workbook.xml"
        sheet_rels: list[tuple[str, str]] = []
        targets: dict[str, str] = {}

        def workbook(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr":
                self.from_1904 = attributes.get("date1904", "") in ("1", "true", "on")
            elif tag == "sheet":
                rel = next((value for name, value in attributes.items() if name.rpartition("}")[2] == "id"), "")
                sheet_rels.append((attributes.get("name", ""), rel))

        def relation(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship":
                target = attributes.get("Target", "")
                targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                if attributes.get("Type", "").endswith("/sharedStrings"):
                    self._shared = targets[attributes.get("Id", "")]

        self._shared = "xl/sharedStrings.xml"
        feed(starts(workbook), self.chunks(book, MOST_SMALL))
        feed(starts(relation), self.chunks("xl/_rels/workbook.xml.rels", MOST_SMALL))
        sheets = [(title, targets[rel]) for title, rel in sheet_rels if rel in targets]
        if not sheets:
            raise WrongFile("в файле .xlsx нет ни одного листа")
        return sheets


def parser() -> expat.XMLParserType:
    """A reader of XML that knows no document type: so there are no entities, neither large ones nor foreign files."""
    made = expat.ParserCreate(namespace_separator="}")
    made.buffer_text = True
    made.buffer_size = 1 << 16

    def refuse(*_: object) -> None:
        raise WrongFile("в файле есть описание типа документа (DOCTYPE): такого в .xlsx не бывает")

    made.StartDoctypeDeclHandler = refuse
    return made


def starts(handle: Callable[[str, dict[str, str]], None]) -> expat.XMLParserType:
    """A reader that is told each element's name without its name space, and its attributes."""
    made = parser()
    made.StartElementHandler = lambda tag, attributes: handle(tag.rpartition("}")[2], attributes)
    return made


def feed(reader: expat.XMLParserType, pieces: Iterator[bytes]) -> None:
    """Raises WrongFile for what is no XML."""
    try:
        for piece in pieces:
            reader.Parse(piece, False)
        reader.Parse(b"", True)
    except expat.ExpatError as error:
        raise WrongFile(f"файл повреждён (XML, строка {error.lineno})") from error


def unescaped(text: str) -> str:
    """«_x000D_» is how a sheet spells what XML has no sign for (ECMA-376, 22.9.2.19). What comes is clean: XML itself
    holds neither NUL nor half a character."""
    plain_text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
    return clean(plain_text) if plain_text is not text or "\r" in text else text


class _Strings:
    """Texts by their number, on disk."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="otklik-texts-")  # noqa: SIM115 - closed with the package
        self._ends = array("Q", [0])
        self._map: mmap.mmap | None = None

    def put(self, text: str) -> None:
        body = text.encode("utf-8", "replace")
        self._file.write(body)
        self._ends.append(self._ends[-1] + len(body))

    def done(self) -> None:
        self._file.flush()
        if self._ends[-1]:
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    def get(self, number: str) -> str:
        with suppress(ValueError):
            at = int(number)
            if self._map is not None and 0 <= at < len(self._ends) - 1:
                return self._map[self._ends[at] : self._ends[at + 1]].decode()
        return ""

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
        self._file.close()


class _Shared:
    """Reads sharedStrings.xml; the pronunciation of a text (rPh) is no part of it."""

    def __init__(self, put: Callable[[str], None]) -> None:
        self._put = put
        self._parts: list[str] = []
        self._size, self._in_text, self._spoken = 0, False, False
        self.parser = parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "si":
            self._parts, self._size = [], 0
        elif name == "rPh":
            self._spoken = True
        elif name == "t":
            self._in_text = not self._spoken

    def _text(self, text: str) -> None:
        if self._in_text and self._size <= MOST_CELL:
            self._parts.append(text)
            self._size += len(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._spoken = False
        elif name == "si":
            self._put(unescaped("".join(self._parts))[: MOST_CELL + 1])
