"""Promises as a table for a spreadsheet: no name of a citizen, and what could tell one is hidden in the words."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from otklik.desk.listing import Chosen, ordering
from otklik.desk.promises.rows import order_of, promises_for
from otklik.desk.statistics.export import safe
from otklik.people.models import User
from otklik.routing.hiding import hide

MOST_ROWS = 2000


def sheet(user: User, chosen: Chosen, now: datetime) -> str:
    """UTF-8 with a byte order mark and semicolons, as Russian spreadsheets open it; the first 2000 rows of the tab."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in _rows(user, chosen, now):
        writer.writerow([safe(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def _rows(user: User, chosen: Chosen, now: datetime) -> Iterable[list[object]]:
    yield [
        _("Карточка"),
        _("Ведомство"),
        _("Тема"),
        _("Место"),
        _("Обещано"),
        _("До какого дня"),
        _("Перенесено раз"),
        _("Что стало"),
        _("Когда"),
        _("Слова обещания"),
    ]
    rows = promises_for(user, chosen, now).select_related("answer__reply_to__author")
    for one in rows.order_by(*ordering(order_of(chosen)))[:MOST_ROWS]:
        card = one.incident
        yield [
            card.number,
            card.agency.short_name if card.agency else "",
            card.theme.name if card.theme else "",
            card.place.name if card.place else "",
            localdate(one.given_at).isoformat(),
            localdate(one.limit_at).isoformat(),
            one.moves,
            one.get_fate_display() if one.fate or one.limit_at >= now else _("просрочено"),
            localdate(one.settled_at).isoformat() if one.settled_at else "",
            hide(one.answer.text, one.answer.reply_to.author.name),
        ]
