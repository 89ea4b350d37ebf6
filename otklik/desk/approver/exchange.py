"""What was said between a citizen and us on the cards of some answers, in the order of time. One query for all of them.

Of a card with many authors it is what was said with the one whom the answer goes to: the others are told their own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import DateTimeField, F, QuerySet, TextField, Value, Window
from django.db.models.functions import Cast, Coalesce, NullIf, RowNumber
from django.utils.translation import gettext as _

from otklik.answers.models import ASKING, Answer
from otklik.feedback.models import Rating
from otklik.incidents.models import IncidentMessage
from otklik.journal.models import Entry
from otklik.lib.kept import Kept, keep, stand_ins
from otklik.publishing.models import Sent

MOST = 40
"""Words of each kind with one citizen on one card, the newest: nobody reads more before he decides."""
SHOWN = 4
SKEW = timedelta(minutes=1)
"""By which a network's clock may be ahead of ours."""
MOST_ANSWERS = 30
"""So many are asked for at once."""
_PLACES = tuple(stand_ins(3 * MOST_ANSWERS)[kind::3] for kind in range(3))
"""Of cards, of authors, and of cards that were opened again."""
REOPENED = ("incident.reopen", "incident.reopen_unassigned")


@dataclass(slots=True)
class Turn:
    """One word of the exchange. Of ours `title` says what kind of answer it was and `who` whose. `answered`: the answer
    that waits stands under it. `reopened`: the card was opened again after it. `gone`: it is deleted in the network.
    `key` is the message's id, 0 for none."""

    at: datetime
    text: str
    title: str = ""
    who: str = ""
    key: int = 0
    gone: bool = False
    answered: bool = False
    reopened: bool = False

    @property
    def ours(self) -> bool:
        return bool(self.title)


class Exchange(NamedTuple):
    """Oldest first. `earlier` is folded where there is much: the first word and the latest stay in sight."""

    first: Sequence[Turn]
    earlier: Sequence[Turn]
    latest: Sequence[Turn]


class _Row(NamedTuple):
    """`what` it is of: «heard», «said», «voted», «read» (a reply whose reading opened the card) or «opened»."""

    what: str
    card: int
    author: int
    at: datetime
    key: int
    number: int
    kind: str
    text: str
    who: str
    moment: datetime | None


def exchanges(answers: Sequence[Answer]) -> Mapping[int, Exchange]:
    """By the answer's id; `reply_to` and `incident` are looked at. One query, and none for no answers. Raises
    ValueError for more than MOST_ANSWERS."""
    if len(answers) > MOST_ANSWERS:
        raise ValueError(f"{len(answers)} answers at once")
    rows_by_author: dict[tuple[int, int], list[_Row]] = defaultdict(list)
    for row in map(_Row._make, _rows(answers)) if answers else ():
        rows_by_author[row.card, row.author].append(row)
    exchange_by_answer = {}
    for one in answers:
        mine = (one.incident_id, one.reply_to.author_id)
        exchange_by_answer[one.pk] = _folded(_turns(one, [*rows_by_author[mine], *rows_by_author[one.incident_id, 0]]))
    return exchange_by_answer


def _rows(answers: Sequence[Answer]) -> Iterable[Any]:
    cards, authors = {one.incident_id for one in answers}, {one.reply_to.author_id for one in answers}
    again = {one.incident_id for one in answers if one.incident.reopened}
    params: dict[Any, Any] = {}
    for places, ids in zip(_PLACES, (cards, authors, again), strict=True):
        params |= zip(places, ids, strict=False)
    return _question(connection.vendor).ask(params)


@cache
def _question(_vendor: str) -> Kept:
    """It is put together once: that took longer than to read what the approver reads."""
    cards, authors, again = _PLACES
    heard = IncidentMessage.objects.filter(incident__in=cards, message__author__in=authors, message__own=False)
    publications = Sent.objects.filter(delivery__answer__incident__in=cards, delivery__message__author__in=authors)
    publications = publications.exclude(delivery__answer__kind__in=ASKING)
    # By his link he may have said it without a word of his own.
    voted = Rating.objects.filter(incident__in=cards, survey__sent__delivery__message__author__in=authors)
    read = Rating.objects.filter(incident__in=again, message__author__in=authors, dealt_how=Rating.Dealt.REOPENED)
    opened = Entry.objects.filter(incident__in=again, verb__in=REOPENED)
    agency = Coalesce(NullIf("delivery__answer__agency__short_name", Value("")), "delivery__answer__agency__name")
    every = _as_rows(
        _newest(heard, "incident", "message__author", "message__posted_at"),
        "heard",
        ("incident", "message__author", "message__posted_at", "message"),
        text="message__text",
        moment="message__deleted_at",
    ).union(
        _as_rows(
            _newest(publications, "delivery__answer__incident", "delivery__message__author", "at"),
            "said",
            ("delivery__answer__incident", "delivery__message__author", "at", "delivery__answer"),
            number="delivery__part",
            kind="delivery__answer__kind",
            text="delivery__text",
            who=agency,
        ),
        _as_rows(
            voted.filter(dismissed_at=None),
            "voted",
            ("incident", "survey__sent__delivery__message__author", "at", "pk"),
            number=Coalesce("mark", Value(0)),
            kind="solved",
            text="reason",
            who="dealt_how",
            moment="dealt_at",
        ),
        _as_rows(read, "read", ("incident", "message__author", "at", "message"), moment="dealt_at"),
        _as_rows(opened, "opened", ("incident", Value(0), "at", "pk"), moment="at"),
        all=True,
    )
    return keep(every)


def _newest(rows: QuerySet[Any], card: str, author: str, at: str) -> QuerySet[Any]:
    placed = rows.annotate(place=Window(RowNumber(), [card, author], F(at).desc())).filter(place__lte=MOST)
    newest_rows: QuerySet[Any] = rows.model._default_manager.filter(pk__in=placed.values("pk"))
    return newest_rows


def _as_rows(
    rows: QuerySet[Any],
    what: str,
    ids: Sequence[Any],
    *,
    number: Any = None,
    kind: Any = None,
    text: Any = None,
    who: Any = None,
    moment: str = "",
) -> QuerySet[Any, Any]:
    """The columns of _Row, of the same types whatever table they come from: both databases put them together."""
    words = [Cast(Value("") if one is None else one, TextField()) for one in (kind, text, who)]
    when = F(moment) if moment else Cast(Value(None), DateTimeField())
    return rows.order_by().values_list(Cast(Value(what), TextField()), *ids, number or Value(0), *words, when)


def _turns(answer: Answer, rows: Collection[_Row]) -> list[Turn]:
    turns = [
        *(Turn(row.at, row.text, key=row.key, gone=row.moment is not None) for row in rows if row.what == "heard"),
        *_ours(row for row in rows if row.what == "said"),
        *(_vote(row) for row in rows if row.what == "voted" and (row.text or row.who == Rating.Dealt.REOPENED)),
    ]
    message = answer.reply_to
    if all(turn.key != message.pk for turn in turns):
        turns.append(Turn(message.posted_at, message.text, key=message.pk, gone=message.deleted_at is not None))
    turns.sort(key=lambda turn: turn.at)
    read = {row.key: row.moment for row in rows if row.what == "read"}
    for turn in turns:
        turn.answered, turn.reopened = turn.key == message.pk, turn.reopened or turn.key in read
    dealt = {*read.values(), *(row.moment for row in rows if row.what == "voted")}
    for row in rows:
        if row.what == "opened" and row.at not in dealt:
            _mark_last(turns, row.at)
    return turns


def _mark_last(turns: Sequence[Turn], at: datetime) -> None:
    """Nobody has noted by which word the card was opened then: by the last that the citizen had said."""
    words = [turn for turn in turns if not turn.ours and turn.at <= at + SKEW]
    last = next((turn for turn in reversed(words) if turn.at <= at), next(iter(words), None))
    if last is not None:
        last.reopened = True


def _ours(rows: Iterable[_Row]) -> list[Turn]:
    """An answer in parts is one word, as far as it stands there."""
    parts: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        parts[row.key].append(row)
    turns = []
    for some in parts.values():
        some.sort(key=lambda row: row.number)
        text = "\n".join(row.text for row in some)
        turns.append(Turn(some[0].at, text, str(Answer.Kind(some[0].kind).label), some[0].who or ""))
    return turns


def _vote(row: _Row) -> Turn:
    default_words = (
        _("По ссылке: проблема не решена.") if row.kind == "no" else _("По ссылке: оценка ответа %d.") % row.number
    )
    words = row.text or default_words
    return Turn(row.at, words, reopened=row.who == Rating.Dealt.REOPENED)


def _folded(turns: Sequence[Turn]) -> Exchange:
    """What is highlighted is never folded."""
    if len(turns) <= SHOWN:
        return Exchange((), (), turns)
    kept = next((at for at, turn in enumerate(turns) if at and (turn.reopened or turn.answered)), len(turns))
    cut = min(len(turns) - SHOWN + 1, kept)
    return Exchange(turns[:1], turns[1:cut], turns[cut:])
