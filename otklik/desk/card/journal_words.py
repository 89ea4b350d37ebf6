"""The journal of a card in plain Russian: what happened, who did it, for what reason."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.feedback.hear import AGENCY_CLOSED
from otklik.feedback.models import Rating, Solved, Survey
from otklik.incidents.models import CloseReason, NoiseReason
from otklik.journal.models import Entry
from otklik.people.models import User
from otklik.work.words import RETURN_REASONS

MOST = 300

SENTENCES = {
    "open": gettext_lazy("Карточка открыта"),
    "import": gettext_lazy("Карточка перенесена из другой системы"),
    "gather": gettext_lazy("К карточке добавлено сообщение"),
    "suggest": gettext_lazy("Предложено, чья это тема"),
    "dismiss": gettext_lazy("Отмечено: не инцидент"),
    "restore": gettext_lazy("Карточка возвращена в очередь"),
    "noise_was_complaint": gettext_lazy("Проверка шума: это была жалоба"),
    "noise_confirmed": gettext_lazy("Проверка шума: верно, не инцидент"),
    "take_up": gettext_lazy("Карточку взяли, чтобы разобрать"),
    "take_over": gettext_lazy("Карточку забрали у коллеги, чтобы разобрать"),
    "let_go": gettext_lazy("Карточку отпустили: разобрать может любой"),
    "assign": gettext_lazy("Назначен исполнитель"),
    "take": gettext_lazy("Карточка взята в работу"),
    "take_off": gettext_lazy("Назначенное машиной возвращено в очередь"),
    "give_back": gettext_lazy("Карточка возвращена: не наше"),
    "draft": gettext_lazy("Начат черновик ответа"),
    "draft_edit": gettext_lazy("Черновик продолжил другой человек"),
    "photo": gettext_lazy("Изменены снимки к ответу"),
    "submit": gettext_lazy("Ответ отправлен на согласование"),
    "withdraw": gettext_lazy("Ответ отозван с согласования"),
    "send_back": gettext_lazy("Ответ возвращён с замечанием"),
    "flaw_dismissed": gettext_lazy("Автор ответа не согласился с проверкой текста"),
    "approve": gettext_lazy("Ответ согласован"),
    "agree": gettext_lazy("Ответ согласован первым из двух"),
    "send_alone": gettext_lazy("Ответ отправлен без согласования"),
    "take_back": gettext_lazy("Ответ, отправленный без согласования, взят назад"),
    "say_now": gettext_lazy("Назначенное время снято: ответ уходит сейчас"),
    "correct": gettext_lazy("Согласующий исправил текст"),
    "recall": gettext_lazy("Согласование отменено"),
    "queue": gettext_lazy("Ответ поставлен в очередь на публикацию"),
    "refused": gettext_lazy("Сеть отказалась принять ответ"),
    "refused_aside": gettext_lazy("Сеть отказалась принять ответ, карточка уже ушла дальше"),
    "overtaken": gettext_lazy("Житель изменил комментарий после согласования: ответ не ушёл"),
    "overtaken_aside": gettext_lazy("Житель изменил комментарий: ответ не ушёл, карточка уже ушла дальше"),
    "overtaken_copy": gettext_lazy("Один из жителей изменил комментарий: ответ ему ждёт решения"),
    "gone": gettext_lazy("Житель удалил комментарий: ответ не опубликован"),
    "gone_aside": gettext_lazy("Житель удалил комментарий: ответ не ушёл, карточка уже ушла дальше"),
    "gone_copy": gettext_lazy("Один из жителей удалил комментарий: ответ ему ждёт решения"),
    "answered": gettext_lazy("Ответ опубликован"),
    "promised": gettext_lazy("Опубликован промежуточный ответ"),
    "asked": gettext_lazy("Опубликован вопрос жителю"),
    "spoken": gettext_lazy("Ответ опубликован"),
    "spoken_part": gettext_lazy("Опубликована часть ответа"),
    "refused_part": gettext_lazy("Сеть отказалась принять следующую часть ответа: она ждёт решения"),
    "gone_part": gettext_lazy("Житель удалил комментарий, часть ответа уже опубликована: остальное ждёт решения"),
    "overtaken_part": gettext_lazy("Житель изменил комментарий, часть ответа уже опубликована: остальное ждёт решения"),
    "cut_short": gettext_lazy("Решено не публиковать остальные части ответа"),
    "say_again": gettext_lazy("Решено отправить ответ ещё раз"),
    "clarified": gettext_lazy("Житель ответил на вопрос"),
    "clarified_unassigned": gettext_lazy("Житель ответил на вопрос"),
    "unclarified": gettext_lazy("Житель не ответил на вопрос в срок"),
    "resume": gettext_lazy("Карточка снова в работе"),
    "reopen": gettext_lazy("Карточка открыта снова"),
    "reopen_unassigned": gettext_lazy("Карточка открыта снова"),
    "close": gettext_lazy("Карточка закрыта"),
    "close_unanswered": gettext_lazy("Карточка закрыта без ответа"),
    "author_wrote": gettext_lazy("Житель написал ещё раз"),
    "reply_read": gettext_lazy("Прочитан отклик жителя"),
    "reply_read_again": gettext_lazy("Житель изменил отклик, он прочитан заново"),
    "reply_deleted": gettext_lazy("Житель удалил отклик: его больше нет в списках"),
    "rated": gettext_lazy("Отклик жителя записан"),
    "author_asked": gettext_lazy("Спросили жителя, помогло ли"),
    "author_not_asked": gettext_lazy("Жителя не спросили, помогло ли"),
    "word_noted": gettext_lazy("Слова жителя приняты к сведению"),
    "unconfirmed_voice": gettext_lazy("Голос без подтверждения по открытой ссылке"),
    "rating_dismissed": gettext_lazy("Отклик жителя не считается оценкой"),
    "edited_at_source": gettext_lazy("Житель изменил сообщение"),
    "deleted_at_source": gettext_lazy("Сообщение удалено в сети"),
    "person_forgotten": gettext_lazy("Житель забыт по его просьбе: его слова стёрты"),
    "warn": gettext_lazy("Срок подходит"),
    "overdue": gettext_lazy("Срок прошёл"),
    "call": gettext_lazy("Срочная карточка: вызван дежурный"),
    "call_nobody": gettext_lazy("Срочная карточка: никто не дежурит, сообщено администраторам и кураторам"),
    "call_confirmed": gettext_lazy("Срочная карточка: дежурный принял"),
    "escalate": gettext_lazy("О прошедшем сроке сообщено выше"),
    "escalate_reply": gettext_lazy("О недовольном жителе сообщено выше"),
    "approval_passed": gettext_lazy("Согласование: напомнили следующему"),
    "pass_on": gettext_lazy("Карточка передана коллеге"),
    "undo": gettext_lazy("Последнее действие отменено: всё как было"),
    "note": gettext_lazy("Добавлена заметка для коллег"),
    "note_removed": gettext_lazy("Заметку удалил её автор"),
    "handed_over": gettext_lazy("Карточка перешла со сдачей смены"),
    "split": gettext_lazy("Из сообщения выделена вторая карточка"),
    "gathered": gettext_lazy("Сюда собрана карточка о том же"),
    "ungather": gettext_lazy("Собранная карточка снова отвечает сама"),
    "join": gettext_lazy("Отвечает вместе с другой карточкой"),
    "lead": gettext_lazy("Отвечает и за другую карточку"),
    "part": gettext_lazy("Карточки снова отвечают отдельно"),
    "answered_together": gettext_lazy("Ответ опубликован вместе с другой карточкой"),
    "promised_together": gettext_lazy("Промежуточный ответ опубликован вместе с другой карточкой"),
    "spoken_copy": gettext_lazy("Ответ опубликован для ещё одного жителя"),
    "refused_copy": gettext_lazy("Сеть отказалась принять ответ для одного из жителей"),
    "copy_dropped": gettext_lazy("Решено не отвечать одному из жителей"),
    "kind": gettext_lazy("Указан тип инцидента"),
    "author_seen": gettext_lazy("Просмотрены прежние карточки жителя"),
    "hand": gettext_lazy("Выбрано, кто отвечает в ведомстве"),
    "extension_asked": gettext_lazy("Попросили продлить срок"),
    "extension_granted": gettext_lazy("Срок продлён"),
    "extension_refused": gettext_lazy("В продлении срока отказано"),
    "extension_lapsed": gettext_lazy("Просьба продлить срок больше не действует: карточку переназначили"),
    "outside_asked": gettext_lazy("Спросили внешнего исполнителя"),
    "outside_revoked": gettext_lazy("Ссылка внешнего исполнителя отозвана"),
    "outside_replied": gettext_lazy("Внешний исполнитель ответил"),
    "part_asked": gettext_lazy("Спросили другое ведомство"),
    "part_revoked": gettext_lazy("Вопрос другому ведомству отозван"),
    "part_replied": gettext_lazy("Другое ведомство ответило за свою часть"),
    "part_refused": gettext_lazy("Другое ведомство: не наше"),
    "theme": gettext_lazy("Изменена тема"),
    "tag": gettext_lazy("Добавлена метка"),
    "untag": gettext_lazy("Метка снята"),
    "watch": gettext_lazy("Взято на контроль"),
    "unwatch": gettext_lazy("Снято с контроля"),
    "watch_due": gettext_lazy("Сегодня срок контроля"),
    "watch_late": gettext_lazy("Срок контроля прошёл"),
    "problem": gettext_lazy("Карточка стала частью общей проблемы"),
    "problem_confirm": gettext_lazy("Общая проблема подтверждена"),
    "problem_off": gettext_lazy("Карточка убрана из общей проблемы: это другое"),
    "problem_fix": gettext_lazy("Общая проблема устранена"),
    "problem_unfix": gettext_lazy("Общая проблема снова не устранена"),
    "mark_hard": gettext_lazy("Отмечено: особо сложный"),
    "unmark_hard": gettext_lazy("Снята отметка «особо сложный»"),
}

CLOCKS = {
    "first_answer": gettext_lazy("первый ответ"),
    "final_answer": gettext_lazy("итоговый ответ"),
    "second_answer": gettext_lazy("повторный ответ"),
    "promise": gettext_lazy("обещание"),
    "clarification": gettext_lazy("уточнение жителя"),
    "external": gettext_lazy("ответ извне"),
}

MACHINES = {
    "triage": gettext_lazy("разбор сообщений"),
    "routing": gettext_lazy("маршрутизация"),
    "clocks": gettext_lazy("контроль сроков"),
    "publishing": gettext_lazy("публикация"),
    "feedback": gettext_lazy("обратная связь"),
    "training": gettext_lazy("обучение"),
    "problems": gettext_lazy("поиск общих проблем"),
    "statements": gettext_lazy("общие ответы"),
}

NOISE_REASONS = {reason.value: reason.label for reason in NoiseReason}

SAYING = ("rated", "reply_read", "reply_read_again", "unconfirmed_voice")
HELD = {
    "stop": gettext_lazy("проверка остановила текст"),
    "words_alone": gettext_lazy("решаемый вопрос закрывают разъяснением"),
    "comment": gettext_lazy("комментарий с тех пор изменился"),
    "moved": gettext_lazy("обещание переносят в третий раз или чаще"),
}
"""Why an answer that its writer may send alone needed an approver."""

REASONS: dict[str, Any] = {
    **NOISE_REASONS,
    **RETURN_REASONS,
    **dict(CloseReason.choices),
    **dict(Rating.Dealt.choices),
    **dict(Survey.Unasked.choices),
    "remark": gettext_lazy("с замечанием"),
    "deadline": gettext_lazy("по сроку"),
    AGENCY_CLOSED: gettext_lazy("ведомство, которое отвечало, закрыто"),
}

_NUMBER = re.compile(r"\d{1,18}")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry for reading. `words` are the free words of the reason, as they were typed."""

    pk: int
    at: datetime
    who: str
    what: str
    reason: str
    words: str
    machine: bool


def lines_of(incident_pk: int, newer_than: int = 0) -> list[Line]:
    """The card's journal, oldest first, at most the last 300 entries. Two queries."""
    entries = list(
        Entry.objects.filter(incident=incident_pk, pk__gt=newer_than)
        .select_related("free_reason")
        .order_by("-pk")[:MOST]
    )
    names = _names(entries)
    return [_line(entry, names) for entry in reversed(entries)]


def reason_words(code: str) -> str:
    """A reason's code in words; a code nobody has words for stays as it is."""
    return str(REASONS.get(code, code))


def _line(entry: Entry, names: dict[int, str]) -> Line:
    free = getattr(entry, "free_reason", None)
    kind, _colon, name = entry.actor.partition(":")
    return Line(
        pk=entry.pk,
        at=entry.at,
        who=in_place(_who(kind, name, names), entry.data, lambda pk: names.get(pk, "")),
        what=_what(entry),
        reason=reason_words(entry.reason) if entry.reason else "",
        words=free.text if free else "",
        machine=kind != "user",
    )


def _what(entry: Entry) -> str:
    verb = entry.verb.removeprefix("incident.")
    sentence = str(SENTENCES.get(verb, verb))
    data = entry.data if isinstance(entry.data, dict) else {}
    if verb in ("warn", "overdue") and data.get("clock") in CLOCKS:
        return f"{sentence}: {CLOCKS[data['clock']]}"
    if verb in SAYING and (phrase := _rating_words(data)):
        return f"{sentence}: {phrase}"
    if verb == "submit" and data.get("held") in HELD:
        return f"{sentence}: {HELD[data['held']]}"
    if verb == "approve" and (moment := _moment(data.get("publish_at"))):
        return _("%(sentence)s, уйдёт %(moment)s") % {"sentence": sentence, "moment": moment}
    if verb == "assign" and "theme_percent" in data:
        return f"{sentence} ({_('машина сама, без оператора')})"
    if verb == "assign" and data.get("passed"):
        return f"{sentence} ({_('передало прежнее ведомство')})"
    if verb == "assign" and data.get("suggested") is True:
        return f"{sentence} ({_('по подсказке')})"
    return sentence


def _rating_words(data: dict[str, Any]) -> str:
    """«проблема не решена, 2 из 5»; "" where there is neither."""
    solved, mark = data.get("solved"), data.get("mark")
    problem = f"{_('проблема')} {Solved(solved).label}" if solved in Solved.values else ""
    return ", ".join(filter(None, (problem, f"{mark} {_('из 5')}" if isinstance(mark, int) else "")))


def _moment(epoch_seconds: object) -> str:
    """«30.11.2026 09:00» by the region's clock, out of seconds of the epoch; "" for what is no moment."""
    return (
        f"{timezone.localtime(datetime.fromtimestamp(epoch_seconds, UTC)):%d.%m.%Y %H:%M}"
        if isinstance(epoch_seconds, int)
        else ""
    )


def _who(kind: str, name: str, names: dict[int, str]) -> str:
    if kind == "user":
        number = int(name) if _NUMBER.fullmatch(name) else 0
        return names.get(number) or _("сотрудник")
    if kind == "citizen":
        return _("кто-то по открытой ссылке") if name == "open" else _("житель")
    if kind == "outside":
        return _("внешний исполнитель")
    return str(MACHINES.get(name, _("система")))


def in_place(who: str, data: Any, named: Callable[[int], str]) -> str:
    """«Орлова О. (за: Котова К.)» where it was done by the right of somebody who is away, «Орлова О. (программой)»
    where a program did it in her name."""
    details = data if isinstance(data, dict) else {}
    absent = details.get("for")
    if isinstance(absent, int):
        return _("%(who)s (за: %(absent)s)") % {"who": who, "absent": named(absent)}
    return _("%s (программой)") % who if details.get("program") else who


def _names(entries: Iterable[Entry]) -> dict[int, str]:
    """All actors in one query."""
    wanted = {
        int(name)
        for kind, _colon, name in (entry.actor.partition(":") for entry in entries)
        if kind == "user" and _NUMBER.fullmatch(name)
    }
    wanted |= {entry.data["for"] for entry in entries if isinstance(entry.data, dict) and "for" in entry.data}
    return {user.pk: user.initials for user in User.objects.filter(pk__in=wanted)} if wanted else {}
