"""Verbs that move or mark a card, beside those that decide whose it is (assigning.py)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import Field, StringConstraints

from otklik.feedback import hear
from otklik.feedback.closing import close, close_unanswered
from otklik.incidents.cards import may_on
from otklik.incidents.gathering import answered_together
from otklik.incidents.hard import MOST_WHY, mark_hard, unmark_hard
from otklik.incidents.models import CloseReason, Incident, NoiseReason, Note, Watch
from otklik.incidents.tagging import tag, tag_name, untag
from otklik.incidents.watching import FURTHEST, MOST_WORDS, Instruction, release, watch
from otklik.incidents.workflow import MOVES, move, record
from otklik.people.permissions import Permission
from otklik.routing import extensions
from otklik.routing.models import Extension as ExtensionRow
from otklik.routing.noise import dismiss, restore
from otklik.work.colleagues import leaders, seers
from otklik.work.kinds import Clean, GivenId, KindCode, Must, OneOf, SomeWords, Words, some_words
from otklik.work.mentions import called
from otklik.work.models import Notice
from otklik.work.notices import tell
from otklik.work.verb import Input, Press, Refused, Verb

CLOSE_REASONS = (CloseReason.SATISFIED, CloseReason.POINTLESS, CloseReason.DELETED)
UNANSWERED_REASONS = (CloseReason.NO_ANSWER_NEEDED, CloseReason.DELETED, CloseReason.POINTLESS)
MOST_NOTE = 5000
MOST_TAGS = 20
FRESH = timedelta(minutes=10)
"""How long one's own note may be taken away: later others may have built on it."""


class Plain(Input):
    """Nothing is given but the press itself."""


class Dismissal(Input):
    reason: Annotated[str, OneOf(NoiseReason.values), Must(gettext_lazy("Укажите, почему это не инцидент."))]


class Closure(Input):
    """After the answer."""

    reason: Annotated[
        str, OneOf([one.value for one in CLOSE_REASONS]), Must(gettext_lazy("Выберите причину закрытия."))
    ]
    kind: KindCode | None = Field(default=None, description=gettext_noop("Нужен, если у карточки его ещё нет."))


class UnansweredClosure(Input):
    reason: Annotated[
        str, OneOf([one.value for one in UNANSWERED_REASONS]), Must(gettext_lazy("Выберите, почему ответа не будет."))
    ]
    words: Words = ""


class Extension(Input):
    until: Annotated[date, Must(gettext_lazy("Укажите, до какого дня продлить срок."))] = Field(
        description=gettext_noop("До конца какого дня продлить срок итогового ответа.")
    )
    reason: Annotated[SomeWords, Must(gettext_lazy("Напишите, почему не успеваете: без причины срок не продлят."))]


class ExtensionDecision(Input):
    extension: GivenId
    granted: bool
    words: Words = Field(default="", description=gettext_noop("Почему; отказ без причины не принимается."))


class Remark(Input):
    """A note for colleagues. The text says who is called; the ids of `called` only tell namesakes apart."""

    note: Annotated[str, some_words(MOST_NOTE), Clean, Must(gettext_lazy("Заметка пуста."))]
    called: list[int] = []


class Hardness(Input):
    why: Annotated[
        str,
        some_words(MOST_WHY),
        Clean,
        Must(gettext_lazy("Напишите, что в этой карточке особенно сложно.")),
    ]


class Star(Input):
    words: Annotated[str, some_words(MOST_WORDS), Clean, Must(gettext_lazy("Напишите, что нужно сделать."))]
    until: Annotated[date, Must(gettext_lazy("Укажите день: сегодня или позже, не дальше чем через год."))]
    responsible: Annotated[GivenId, Must(gettext_lazy("Выберите, кто отвечает: из тех, кому видна карточка."))]


class StarOff(Input):
    words: Annotated[str, StringConstraints(max_length=MOST_WORDS), Clean] = ""


class Tagging(Input):
    tag: Annotated[str, StringConstraints(max_length=1000)] = ""


class Untagging(Input):
    tag: int = 0


def _and_those_answered_with_it(press: Press[Incident], _data: Any) -> Iterable[Incident]:
    return answered_together(press.card)


def _dismiss(press: Press[Incident], data: Dismissal) -> Incident:
    """The clocks stop, and go on where they were if the card comes back."""
    return dismiss(press.card, press.actor, press.at, data.reason)


def _restore(press: Press[Incident], _data: Plain) -> Incident:
    return restore(press.card, press.actor, press.at)


def _take(press: Press[Incident], _data: Plain) -> Incident:
    return move(press.card, "take", at=press.at, actor=press.actor)


def _resume(press: Press[Incident], _data: Plain) -> Incident:
    return move(press.card, "resume", at=press.at, actor=press.actor)


def _close(press: Press[Incident], data: Closure) -> Incident:
    """The kind must be known: who has not set it sets it here."""
    card, kind = press.card, press.card.kind or data.kind or ""
    if not kind:
        raise Refused(422, _("Укажите тип инцидента: без него карточку не закрыть."))
    if kind != card.kind:
        Incident.objects.filter(pk=card.pk).update(kind=kind)
        card.kind = kind
        record(card, "kind", at=press.at, actor=press.actor, data={"kind": kind})
    return close(card, data.reason, press.at, press.actor)


def _close_unanswered(press: Press[Incident], data: UnansweredClosure) -> Incident:
    return close_unanswered(press.card, data.reason, data.words.strip(), press.at, press.actor)


def _reopen(press: Press[Incident], _data: Plain) -> Incident:
    """The same card goes on, with the clocks it always had."""
    return hear.reopen(press.card, press.actor, press.at)


def _ask_for_time(press: Press[Incident], data: Extension) -> ExtensionRow:
    extension = extensions.ask(press.card, data.until, data.reason.strip(), press.by, press.at)
    tell(leaders(press.card), Notice.Kind.ASKED, by=press.by, at=press.at, incident=press.card)
    return extension


def _decide_on_time(press: Press[Incident], data: ExtensionDecision) -> ExtensionRow:
    """Nobody decides on what he has asked for; an administrator may, with his own eyes on the page."""
    rows = ExtensionRow.objects.select_related("incident", "asked_by")
    extension = rows.filter(pk=data.extension, incident=press.card).first()
    if extension is None:
        raise Refused(404, "")
    trusted = not press.program and may_on(press.by, press.card, {Permission.ADMINISTRATE})
    if extension.asked_by_id == press.by.pk and not trusted:
        raise Refused(403, _("Свою просьбу решаете не вы: её увидит оператор или другой куратор."))
    words = data.words.strip()
    if not data.granted and not words:
        raise Refused(422, _("Напишите, почему отказываете: это прочтёт тот, кто просил."))
    (extensions.grant if data.granted else extensions.refuse)(extension, words, press.by, press.at)
    kind = Notice.Kind.GRANTED if data.granted else Notice.Kind.REFUSED
    tell([extension.asked_by], kind, by=press.by, at=press.at, incident=press.card)
    return extension


def _note(press: Press[Incident], data: Remark) -> Note:
    text, chosen = data.note.strip(), set(data.called)
    people = called(text, seers(press.card).exclude(pk=press.by.pk), chosen) if "@" in text else []
    note = Note.objects.create(incident=press.card, author=press.by, text=text, at=press.at)
    entry = {"note": note.pk} | ({"called": [person.pk for person in people]} if people else {})
    record(press.card, "note", at=press.at, actor=press.actor, data=entry)
    tell(people, Notice.Kind.MENTION, by=press.by, at=press.at, incident=press.card, note=note)
    return note


def _remove_note(press: Press[Note], _data: Plain) -> None:
    """One's own fresh one, and what it told others with it. The journal keeps that there was one."""
    mine = Note.objects.filter(pk=press.thing.pk, author=press.by, at__gte=press.at - FRESH)
    if not mine.delete()[0]:
        raise Refused(409, _("Заметку уже не убрать: прошло больше десяти минут."))
    record(press.card, "note_removed", at=press.at, actor=press.actor, data={"note": press.thing.pk})


def _mark_hard(press: Press[Incident], data: Hardness) -> None:
    if not mark_hard(press.card, data.why.strip(), press.by, press.at):
        raise Refused(409, _("Карточка уже закончена: отметку не меняют."))


def _unmark_hard(press: Press[Incident], _data: Plain) -> None:
    """Without a mark there is nothing to take off, and nothing is wrong with that."""
    if not unmark_hard(press.card, press.by, press.at) and press.card.hard_since:
        raise Refused(409, _("Карточка уже закончена: отметку не меняют."))


def _watch(press: Press[Incident], data: Star) -> Watch:
    today = timezone.localdate(press.at)
    if not today <= data.until <= today + FURTHEST:
        raise Refused(422, _("Укажите день: сегодня или позже, не дальше чем через год."))
    responsible = seers(press.card).filter(pk=data.responsible).first()
    if responsible is None:
        raise Refused(422, _("Выберите, кто отвечает: из тех, кому видна карточка."))
    return watch(press.card, Instruction(data.words.strip(), data.until, responsible), press.by, press.at)


def _release(press: Press[Incident], data: StarOff) -> bool:
    """Where there is no star any more, nothing is wrong with that."""
    return release(press.card, data.words.strip(), press.by, press.at)


def _tag(press: Press[Incident], data: Tagging) -> None:
    """A new word makes a new tag."""
    name = tag_name(data.tag)
    if not name:
        raise Refused(422, _("Напишите метку: одно или два слова."))
    if press.card.tags.count() >= MOST_TAGS:
        raise Refused(422, _("На карточке уже %d меток. Сначала снимите лишние.") % MOST_TAGS)
    tag(press.card, name, press.by, press.at)


def _untag(press: Press[Incident], data: Untagging) -> None:
    """One that is off already is no refusal: it is as it was wanted."""
    untag(press.card, data.tag, press.by, press.at)


_DESK, _AGENCY = MOVES["assign"].permissions, MOVES["take"].permissions
_NOTE, _CONTROL = frozenset({Permission.NOTE}), frozenset({Permission.CONTROL})
_ALL: Any = {"touches": _and_those_answered_with_it}
DISMISS = Verb(name="dismiss", permissions=_DESK, schema=Dismissal, do=_dismiss, alone=True)
RESTORE = Verb(name="restore", permissions=_DESK, schema=Plain, do=_restore)
TAKE = Verb(name="take", permissions=_AGENCY, schema=Plain, do=_take)
RESUME = Verb(name="resume", permissions=_AGENCY, schema=Plain, do=_resume)
CLOSE = Verb(name="close", permissions=_DESK, schema=Closure, do=_close, **_ALL)
CLOSE_UNANSWERED = Verb(
    name="close_unanswered", permissions=_DESK, schema=UnansweredClosure, do=_close_unanswered, **_ALL
)
REOPEN = Verb(name="reopen", permissions=_DESK, schema=Plain, do=_reopen, **_ALL)
ASK_FOR_TIME = Verb(name="extension_ask", permissions=_AGENCY, schema=Extension, do=_ask_for_time)
DECIDE_ON_TIME = Verb(name="extension_decide", permissions=_DESK, schema=ExtensionDecision, do=_decide_on_time)
NOTE = Verb(name="note", permissions=_NOTE, schema=Remark, do=_note, undo=False)
REMOVE_NOTE = Verb(name="note_removed", permissions=_NOTE, schema=Plain, do=_remove_note, undo=False)
MARK_HARD = Verb(name="mark_hard", permissions=_DESK, schema=Hardness, do=_mark_hard)
UNMARK_HARD = Verb(name="unmark_hard", permissions=_DESK, schema=Plain, do=_unmark_hard)
WATCH = Verb(name="watch", permissions=_CONTROL, schema=Star, do=_watch)
RELEASE = Verb(name="unwatch", permissions=_CONTROL, schema=StarOff, do=_release)
TAG = Verb(name="tag", permissions=_NOTE, schema=Tagging, do=_tag)
UNTAG = Verb(name="untag", permissions=_NOTE, schema=Untagging, do=_untag)
