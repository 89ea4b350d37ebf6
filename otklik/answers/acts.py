"""The file of an act that «Решено» rests on: what is taken for one, and what is shown of it. Nothing here is published:
the act is for colleagues alone.

What a file is says its content, never its name. A PDF is kept as it came and only ever handed out to be saved; a
picture is washed like every other.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject

from otklik.answers.models import ActFile, Answer
from otklik.lib.pictures import NO_PICTURE, NotAPicture, wash
from otklik.lib.sentence import Sentence as _
from otklik.lib.text import INVISIBLE
from otklik.people.models import User

CONTENT_TYPES = {ActFile.Kind.PDF: "application/pdf", ActFile.Kind.PICTURE: "image/jpeg"}
_ENDINGS = {ActFile.Kind.PDF: ".pdf", ActFile.Kind.PICTURE: ".jpg"}
MOST = 3
MAX_BYTES = 20 * 1024 * 1024
MOST_NAME = 80
"""Characters of a name, without its ending."""

TOO_BIG = _("Файл акта больше 20 МБ: сохраните его с меньшим качеством или приложите только нужные страницы.")
BROKEN_PDF = _("Файл PDF не читается или обрывается: сохраните его ещё раз.")
NO_ACT = _("Это не акт: подходят PDF и снимки JPEG, PNG, WebP и HEIC.")

_ENDING = re.compile(r"\.(?:pdf|jpe?g|png|webp|hei[cf])$", re.IGNORECASE)
_UNSAFE = re.compile(r'[\x00-\x1f<>:"|?*]+')
_LAST_BYTES = 1024
"""Where a PDF has its end mark: readers look no further back."""


class NotAnAct(Exception):
    """The text says what is wrong and is for the person who chose the file."""


class Paper(NamedTuple):
    """A file that may be kept; `name` is safe to show and to save under."""

    kind: str
    name: str
    content: bytes


class Act(NamedTuple):
    """An act for showing; `size` in bytes."""

    pk: int
    name: str
    size: int


def paper_of(content: bytes, name: str) -> Paper:
    """The file as it is kept: a PDF untouched, a picture as JPEG alone. Raises NotAnAct for anything else, or for more
    than MAX_BYTES."""
    if len(content) > MAX_BYTES:
        raise NotAnAct(TOO_BIG)
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-_LAST_BYTES:]:
            raise NotAnAct(BROKEN_PDF)
        return Paper(ActFile.Kind.PDF, safe_name(name, ".pdf"), content)
    try:
        return Paper(ActFile.Kind.PICTURE, safe_name(name, ".jpg"), wash(content))
    except NotAPicture as error:
        raise NotAnAct(NO_ACT if str(error) == NO_PICTURE else str(error)) from None


def safe_name(filename: str, ending: str) -> str:
    """One line without folders, without signs that are not seen or turn others round, with the ending it deserves."""
    last = re.split(r"[\\/]", filename)[-1]
    words = " ".join(_UNSAFE.sub(" ", INVISIBLE.sub("", last)).split())
    return (_ENDING.sub("", words)[:MOST_NAME].strip(" .") or _("акт")) + ending


def keep(answer: Answer, papers: Sequence[Paper], by: User, at: datetime) -> list[ActFile]:
    """Hang these on the answer. Inside `book.writing()`."""
    return [
        ActFile.objects.create(
            answer=answer,
            file=ContentFile(paper.content, name=secrets.token_hex(12) + _ENDINGS[ActFile.Kind(paper.kind)]),
            by=by,
            at=at,
            kind=paper.kind,
            name=paper.name,
            size=len(paper.content),
        )
        for paper in papers
    ]


def take_away(answer: Answer, pk: int) -> bool:
    """Whether the answer had this act; its file goes when that is committed. Inside `book.writing()`."""
    act = answer.acts.filter(pk=pk).first()
    if act is None:
        return False
    act.delete()
    transaction.on_commit(partial(act.file.delete, save=False))
    return True


def room_on(answer: Answer) -> int:
    """How many more files the answer takes."""
    return max(MOST - answer.acts.count(), 0)


def _nth(number: int) -> Subquery:
    of_answer = ActFile.objects.filter(answer=OuterRef("pk")).order_by("pk")
    act_values = of_answer.values(act=JSONObject(pk="pk", name="name", size="size"))
    return Subquery(act_values[number : number + 1], output_field=JSONField())


BROUGHT = {f"act_{number}": _nth(number) for number in range(MOST)}
"""To annotate answers with, so that a page that reads them asks nothing more for their acts."""


def brought(answer: Any) -> list[Act]:
    """The acts of an answer that was annotated with BROUGHT, the first kept first."""
    return [Act(**fields) for fields in (getattr(answer, name) for name in BROUGHT) if fields]
