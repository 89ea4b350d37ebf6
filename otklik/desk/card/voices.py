"""The authors on a card for showing: who has had his answer and who waits for it; and the cards beside this one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from otklik.answers.models import ASKING, Answer
from otklik.answers.voices import Voice, voices
from otklik.desk.card.answer_view import current
from otklik.desk.card.fate import Fate, fate_of, fate_of_parts
from otklik.inbox.models import Message
from otklik.incidents.cards import may_move, visible_to
from otklik.incidents.gathering import LEADING, WORKING, sharing
from otklik.incidents.models import CloseReason, Incident, State
from otklik.people.models import User
from otklik.publishing.hold import is_stuck
from otklik.publishing.models import Delivery

VERB = "assign"
MOST = 60
_DELIVERY_COLUMNS = {
    "delivery_id": F("deliveries__pk"),
    "part": F("deliveries__part"),
    "delivery_text": F("deliveries__text"),
    "delivery_state": F("deliveries__state"),
    "hold": F("deliveries__hold"),
    "words": F("deliveries__words"),
    "voice": F("deliveries__account__title"),
    "url": F("deliveries__sent__url"),
    "author_pk": F("reply_to__author_id"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An author, and what became of the last answer to him. `stuck`: a copy that a person has to decide on."""

    voice: Voice
    fate: Fate
    answer: Any | None
    stuck: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """A card that shares a message with this one, or its answer; `how` says which in a code for the page."""

    card: Incident
    how: str
    may_lead: bool
    may_follow: bool


def matter_of(user: User, incident: Incident) -> dict[str, Any]:
    """What the region shows. Five queries on top of the card itself, at most."""
    gathered = incident.close_reason == CloseReason.GATHERED
    heard = [] if gathered else voices(incident)
    rows = _shown(incident, heard)
    owed = [voice for voice in heard if voice.owed]
    follows = incident.answered_with_id is not None and incident.state in WORKING
    return {
        "incident": incident,
        "rows": rows[:MOST] if len(rows) > 1 or any(row.stuck for row in rows) else [],
        "more": max(len(rows) - MOST, 0),
        "owed": len(owed),
        "same_again": bool(owed) and incident.state == State.RATING and may_move(user, incident, "submit"),
        "beside": _beside(user, incident),
        "kept": _kept_draft(incident) if gathered else None,
        "may_part": follows and may_move(user, incident, VERB),
        "may_decide": may_move(user, incident, "submit") or may_move(user, incident, "approve"),
    }


def own_words(incident: Incident) -> list[Message]:
    """The messages that can be split off, oldest first."""
    return list(Message.objects.filter(links__incident=incident, own=False).order_by("posted_at", "pk")[:MOST])


def _shown(incident: Incident, heard: list[Voice]) -> list[Shown]:
    rows_by_author = _last_answers(incident) if heard else {}
    return [
        Shown(
            voice,
            _fate(voice, rows_by_author.get(voice.author.pk)),
            rows_by_author.get(voice.author.pk),
            _stuck(rows_by_author, voice),
        )
        for voice in heard
    ]


def _last_answers(incident: Incident) -> dict[int, Any]:
    """By author, the last approved answer to him with the delivery that matters now (told.current). One query."""
    here = Q(incident=incident.pk) | Q(incident__answered_with=incident.pk) | Q(incident=incident.answered_with_id)
    answers = Answer.objects.filter(here, state=Answer.State.APPROVED).exclude(kind__in=ASKING)
    rows: Iterable[Any] = answers.annotate(**_DELIVERY_COLUMNS).order_by("pk", "deliveries__part")
    last: dict[int, list[Any]] = {}
    for row in rows:
        known = last.get(row.author_pk)
        last[row.author_pk] = [*known, row] if known and known[0].pk == row.pk else [row]
    return {author: _one_of(parts) for author, parts in last.items()}


def _one_of(parts: list[Any]) -> Any:
    states = [{"delivery_state": row.delivery_state, "part": row.part} for row in parts]
    row = parts[states.index(current(states))]
    row.published_parts = sum(one.delivery_state == Delivery.State.SENT for one in parts)
    row.parts = len(parts)
    return row


def _fate(voice: Voice, last_answer: Any | None) -> Fate:
    if voice.latest is None:
        return Fate("calm", _("удалил свои сообщения"))
    if voice.owed:
        if voice.answered_at is not None:
            return Fate("warn", _("написал ещё раз, ждёт ответа"))
        interim = last_answer is not None and last_answer.kind == Answer.Kind.INTERIM
        return Fate("warn", _("ждёт итогового ответа") if interim else _("ждёт ответа"))
    if last_answer is None:
        return Fate("calm", _("ответа не ждёт"))
    state, hold = last_answer.delivery_state or "", last_answer.hold or ""
    fate = fate_of(state, hold, last_answer.words or "", waiting_for_undo=False)
    return fate_of_parts(fate, last_answer.published_parts, last_answer.parts)


def _stuck(rows_by_author: dict[int, Any], voice: Voice) -> bool:
    row = rows_by_author.get(voice.author.pk)
    if row is None or row.copy_of_id is None:
        return False
    return is_stuck(row.delivery_state, row.hold)


def _beside(user: User, incident: Incident) -> list[Beside]:
    """The cards beside this one that the reader may see. One query."""
    related = Q(pk=incident.answered_with_id) | Q(answered_with=incident.pk) | Q(pk__in=sharing(incident).values("pk"))
    cards = visible_to(user).filter(related).exclude(pk=incident.pk).select_related("agency", "place").order_by("pk")
    mine = may_move(user, incident, VERB) and incident.answered_with_id is None
    return [
        Beside(
            card,
            _how(incident, card),
            may_lead=mine and incident.state in WORKING and card.state in LEADING and _free(user, card),
            may_follow=mine and incident.state in LEADING and card.state in WORKING and _free(user, card),
        )
        for card in cards[:MOST]
    ]


def _free(user: User, card: Incident) -> bool:
    return card.answered_with_id is None and may_move(user, card, VERB)


def _how(incident: Incident, card: Incident) -> str:
    if incident.answered_with_id == card.pk:
        return "into" if incident.close_reason == CloseReason.GATHERED else "leads"
    if card.answered_with_id == incident.pk:
        return "gathered" if card.close_reason == CloseReason.GATHERED else "follows"
    return "shares"


def _kept_draft(incident: Incident) -> Answer | None:
    """A draft that was being written when the card was gathered: nothing that somebody wrote is out of sight."""
    kept = Answer.objects.filter(incident=incident, state__in=(Answer.State.DRAFT, Answer.State.RETURNED))
    return kept.exclude(text="").order_by("-pk").first()
