"""A citizen with marks that nobody else has, led through everything that keeps a word of her; and a search for them."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlencode

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, transaction

from otklik.answers import drafts
from otklik.desk.models import Handover, Selection
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.finding.index import renew
from otklik.flow.loop import drain
from otklik.flow.steps import Lane
from otklik.inbox.models import Author, Edition, Media
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Note
from otklik.incidents.tagging import tag
from otklik.incidents.workflow import move, record
from otklik.journal import book
from otklik.lib import clock
from otklik.networks.models import RawEvent
from otklik.publishing import fate
from otklik.publishing.models import Delivery, Sent
from otklik.routing import outside
from otklik.routing.assign import Decision, assign
from otklik.triage.models import Verdict
from otklik.work.models import Undoable
from tests.make.town import Town

NUMBER, NICK, NAME = 912345678, "zhdana_pp", "Ждана Перепёлкина"
PHONE, WORD = "8 (918) 555-01-42", "крякозябр"
COMPLAINT = (
    f"Третий день нет воды на улице Мира, 5, кв 77! {WORD.title()} какой-то! Звоните {PHONE}, Ждана Перепёлкина, "
    f"vk.com/{NICK}"
)
MARKS = ("912345678", "zhdana", "ждан", "перепелкин", "перепёлкин", "5550142", "555-01-42", "крякозябр")
"""In lower case. What a dump is searched for, also as JSON escapes them."""


def hear(kind: str, thing: dict[str, Any], town: Town) -> None:
    """As VKontakte's Callback API tells it."""
    body = {"type": kind, "group_id": 1, "event_id": f"{kind}{thing['id']}{thing['text'][:9]}", "object": thing}
    raw, now = json.dumps(body).encode(), clock.now()
    RawEvent.objects.create(
        account=town.account, source=town.source, network="vk", origin="push", body=raw, received_at=now, due_at=now
    )
    settle()


def settle() -> None:
    drain(lanes=frozenset({Lane.THINK}))


def hear_comment(town: Town, number: int, text: str, at: datetime, whose: int = NUMBER) -> None:
    thing = {"id": number, "from_id": whose, "post_id": 7, "owner_id": -1, "post_owner_id": -1, "text": text}
    hear("wall_reply_new", {**thing, "date": int(at.timestamp())}, town)


def leave_traces(town: Town) -> Incident:
    """Her card, closed; and what others wrote of her elsewhere."""
    at = clock.now() - timedelta(hours=3)
    hear_comment(town, 11, COMPLAINT, at)
    author = Author.objects.get(external_id=f"id{NUMBER}")
    Author.objects.filter(pk=author.pk).update(name=NAME, url=f"https://vk.com/{NICK}", due_at=None)
    card = Incident.objects.get(messages__author=author)
    _answered(card, town)
    thanks = {"from_id": NUMBER, "peer_id": NUMBER, "text": f"Спасибо, {WORD}", "date": int(clock.now().timestamp())}
    hear("message_new", {"id": 3, "conversation_message_id": 3, **thanks}, town)
    _elsewhere(town, at)
    with transaction.atomic():
        renew(list(Incident.objects.values_list("pk", flat=True)), clock.now())
    card.refresh_from_db()
    return card


def _answered(card: Incident, town: Town) -> None:
    now = clock.now()
    assign(card, Decision(town.water, town.pipe, town.city, "solvable", "улица Мира", "5"), town.operator, now)
    card.refresh_from_db()
    message = main_message(card)
    Edition.objects.create(message=message, text=f"Сначала не так: {WORD}", until=now)
    Verdict.objects.filter(message=message).update(why={"place": [[f"{WORD} на улице Мира, 5", "street"]]})
    picture = Media.objects.create(message=message, kind="photo", url=f"https://sun.vk.com/{NICK}.jpg")
    picture.file.save("her.jpg", ContentFile(f"снимок {NAME}".encode()))
    Note.objects.create(incident=card, author=town.operator, text=f"Перепёлкиной Ждане звонили: {PHONE}", at=now)
    outside.ask(card, outside.Ask("Мастер", "Что у Жданы?", days=3), town.operator, now)
    words = drafts.Words("Ждана, воду дали.", outcome="solved", ground="phone", ground_words="Позвонили Ждане")
    answer = drafts.write(card, message, words, town.executor, now)
    drafts.submit(answer, town.executor, now)
    drafts.approve(answer, town.approver, now, answer.version)
    settle()
    delivery = Delivery.objects.get(answer=answer)
    request = {"text": message.text, "thread": "wall-1_7", "parent": "", "media": ["photo"]}
    Delivery.objects.filter(pk=delivery.pk).update(asked=request, words=f"id{NUMBER} закрыл страницу")
    with book.turn():
        fate.spoken(delivery, "wall-1_7?reply=12", "https://vk.com/wall-1_7?reply=12", now)
    Sent.objects.get(delivery=delivery).proof.save("proof.jpg", ContentFile(f"снимок {NAME}".encode()))
    settle()
    survey = Survey.objects.get(incident=card)
    Rating.objects.create(incident=card, origin="survey", survey=survey, mark=2, reason=f"Крякозябр! {NAME}", at=now)
    Unconfirmed.objects.create(survey=survey, mark=1, reason="Крякозябр", at=now)
    with book.turn():
        record(card, "note", at=now, actor="user:1", words=f"{NAME} просила перезвонить")
        closing: dict[str, Any] = {"closed_at": now, "outcome": "solved", "close_reason": "silence"}
        move(Incident.objects.get(pk=card.pk), "close", at=now, actor="machine:feedback", **closing)
    before = {"incident": {str(card.pk): {"hard_why": f"{NAME} звонила"}}}
    tag(card, "перепёлкина", town.operator, now)
    Undoable.objects.create(batch="b", incident=card, by=town.operator, verb="x", at=now, entry=1, before=before)


def _elsewhere(town: Town, at: datetime) -> None:
    """A neighbour who addresses her, a colleague's note on another card, a list, a shift."""
    hear_comment(town, 21, f"[id{NUMBER}|Ждана], у нас на Мира, 7 тоже нет воды", at, 700000001)
    other = Incident.objects.get(messages__author__external_id="id700000001")
    now = clock.now()
    text = f"О том же пишет Ждана Перепёлкина, https://vk.com/{NICK}, тел. +79185550142"
    Note.objects.create(incident=other, author=town.operator, text=text, at=now)
    Selection.objects.create(user=town.operator, title="Её карточки", query=urlencode({"q": NAME, "tab": "all"}))
    Selection.objects.create(user=town.operator, title="По Перепёлкиной", query="q=перепелкина&tab=all")
    Selection.objects.create(user=town.operator, title="по перепелкиной", query="tab=all")
    Handover.objects.create(giver=town.operator, taker=town.colleague, note=f"Ждёт Ждана Перепёлкина ({PHONE})", at=now)


def everywhere() -> Iterator[tuple[str, str]]:
    """(where, text) of every row of every table and every file of the data folder."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 our own tables
            for row in cursor.fetchall():
                for value in row:
                    yield table, _readable(value)
    for path in Path(settings.DATA).rglob("*"):
        if path.is_file() and "static" not in path.parts and "sqlite3" not in path.name:
            yield path.name, _readable(path.read_bytes())


def _readable(value: object) -> str:
    text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda escape: chr(int(escape[1], 16)), text)
    return (unquote_plus(plain) if "%d0%" in plain.lower() else plain).lower()


def traces() -> set[tuple[str, str]]:
    """(where, mark) wherever one of her marks still is."""
    return {(where, mark) for where, text in everywhere() for mark in MARKS if mark in text}
