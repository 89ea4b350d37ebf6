"""Any entry of the journal in plain Russian: cards' sentences come from the card, all others are here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.answers.models import ApprovalPolicy, Template
from otklik.desk.admin.journal_changes import called, changes, norm_title, rule_words
from otklik.desk.card import journal_words as card_words
from otklik.desk.policy_words import matter_words
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.networks.models import Account, Source
from otklik.notify.alerts import alarms
from otklik.notify.hooks.models import Subscription
from otklik.people.models import Agency, MadeRole, ProgramToken, Role, User
from otklik.places.models import Place
from otklik.routing.models import Norm, Rule
from otklik.themes.models import Theme, ThemeGroup

OTHERS = {
    "user.invite": gettext_lazy("Приглашён сотрудник"),
    "user.edit": gettext_lazy("Изменены имя или почта"),
    "user.link": gettext_lazy("Сделана новая ссылка для входа"),
    "user.password": gettext_lazy("Задан пароль по ссылке"),
    "user.block": gettext_lazy("Сотрудник заблокирован"),
    "user.unblock": gettext_lazy("Сотрудник разблокирован"),
    "user.sessions_end": gettext_lazy("Закончены открытые входы"),
    "user.second_factor_add": gettext_lazy("Настроен второй фактор"),
    "user.second_factor_remove": gettext_lazy("Свой второй фактор выключен"),
    "user.second_factor_reset": gettext_lazy("Снят второй фактор"),
    "grant.give": gettext_lazy("Дано полномочие"),
    "grant.take": gettext_lazy("Снято полномочие"),
    "agency.add": gettext_lazy("Добавлено ведомство"),
    "agency.edit": gettext_lazy("Изменены название или территория ведомства"),
    "agency.move": gettext_lazy("Ведомство переподчинено"),
    "agency.close": gettext_lazy("Ведомство закрыто"),
    "agency.reopen": gettext_lazy("Ведомство снова открыто"),
    "theme.add": gettext_lazy("Добавлена тема"),
    "theme.edit": gettext_lazy("Изменена тема классификатора"),
    "theme.retire": gettext_lazy("Тема выведена из классификатора"),
    "theme.return": gettext_lazy("Тема возвращена в классификатор"),
    "theme.merge": gettext_lazy("Тема вошла в другую, с правилами и шаблонами"),
    "classifier.plan": gettext_lazy("Принята будущая версия классификатора"),
    "classifier.cancel": gettext_lazy("Отменена будущая версия классификатора"),
    "classifier.begin": gettext_lazy("Вступила в силу новая версия классификатора"),
    "places.load": gettext_lazy("Загружен список мест"),
    "import.begin": gettext_lazy("Начат перенос карточек из файла"),
    "import.end": gettext_lazy("Закончен перенос карточек из файла"),
    "export.im": gettext_lazy("Карточки выгружены в файл для другой системы"),
    "places.boundaries": gettext_lazy("Загружены границы муниципалитетов"),
    "model.take_over": gettext_lazy("Выученная модель начала действовать"),
    "model.reject": gettext_lazy("Выученная модель не лучше прежней и не действует"),
    "model.withdraw": gettext_lazy("Выученная модель отозвана"),
    "source.add": gettext_lazy("Добавлен источник"),
    "source.edit": gettext_lazy("Изменено, что известно об источнике"),
    "source.settle": gettext_lazy("Сеть назвала источник по-своему"),
    "source.off": gettext_lazy("Источник больше не читается"),
    "source.on": gettext_lazy("Источник снова читается"),
    "source.read": gettext_lazy("Источник велено прочесть сейчас"),
    "person.forgotten": gettext_lazy("Житель забыт по его просьбе"),
    "sweep.ended": gettext_lazy("Стёрто то, что хранить больше не нужно"),
    "export.take": gettext_lazy("Выгружен файл"),
    "message.by_hand": gettext_lazy("Сообщение внесено вручную"),
    "network.decide": gettext_lazy("Решено, что можно в сети"),
    "account.resume": gettext_lazy("Аккаунт сети включён снова"),
    "account.add": gettext_lazy("Добавлен аккаунт сети"),
    "account.edit": gettext_lazy("Изменены название или ведомство аккаунта"),
    "account.key": gettext_lazy("Записан новый ключ аккаунта"),
    "account.off": gettext_lazy("Аккаунт сети выключен"),
    "account.on": gettext_lazy("Аккаунт сети включён"),
    "start.step": gettext_lazy("Пройден шаг запуска"),
    "start.pass": gettext_lazy("Шаг запуска отложен"),
    "hook.add": gettext_lazy("Добавлена программа, которой сообщают о событиях"),
    "hook.edit": gettext_lazy("Изменено, что и куда сообщают программе"),
    "hook.off": gettext_lazy("Программа больше не вызывается"),
    "hook.on": gettext_lazy("Программа снова вызывается"),
    "hook.secret": gettext_lazy("Сменён ключ программы"),
    "hook.ping": gettext_lazy("Пробный вызов программы"),
    "hook.repeat": gettext_lazy("Вызов программы велено повторить"),
    "row.retry": gettext_lazy("Отложенная работа запущена ещё раз"),
    "duty.add": gettext_lazy("Поставлено дежурство"),
    "duty.remove": gettext_lazy("Снято дежурство"),
    "substitution.begin": gettext_lazy("Назначено замещение"),
    "substitution.agree": gettext_lazy("Согласие на замещение"),
    "substitution.end": gettext_lazy("Замещение снято"),
    "alerts.link": gettext_lazy("Привязан чат с ботом"),
    "alerts.unlink": gettext_lazy("Чат с ботом отвязан"),
    "formula.set": gettext_lazy("Изменена формула рейтинга"),
    "public.decide": gettext_lazy("Изменено, что открыто всем"),
    "surge.raise": gettext_lazy("Замечен всплеск жалоб"),
    "surge.gather": gettext_lazy("Всплеск жалоб собран в проблему"),
    "surge.end": gettext_lazy("Всплеск жалоб закончился"),
    **alarms.TITLES,
    "schedule.add": gettext_lazy("Заказана рассылка отчётов"),
    "schedule.remove": gettext_lazy("Убрана рассылка отчётов"),
    "schedule.leave": gettext_lazy("Получатель отказался от отчётов"),
    "letterhead.put": gettext_lazy("Принят шаблон отчёта"),
    "letterhead.remove": gettext_lazy("Убран шаблон отчёта"),
    "user.oidc_tie": gettext_lazy("Вошёл через единый вход впервые"),
    "program.make": gettext_lazy("Выдан ключ программе"),
    "program.revoke": gettext_lazy("Отозван ключ программы"),
    "role.make": gettext_lazy("Создана роль"),
    "role.edit": gettext_lazy("Изменена роль"),
    "role.remove": gettext_lazy("Удалена роль"),
    "rule.add": gettext_lazy("Добавлено правило"),
    "rule.edit": gettext_lazy("Изменено правило"),
    "rule.end": gettext_lazy("Указан последний день правила"),
    "rule.remove": gettext_lazy("Удалено правило"),
    "automatic.switch": gettext_lazy("Изменено, назначает ли машина тему без оператора"),
    "automatic.stop": gettext_lazy("Назначение без оператора выключилось само: много ошибок"),
    "policy.add": gettext_lazy("Добавлен порядок согласования"),
    "policy.edit": gettext_lazy("Изменён порядок согласования"),
    "policy.end": gettext_lazy("Указан последний день порядка согласования"),
    "template.add": gettext_lazy("Добавлен шаблон"),
    "template.edit": gettext_lazy("Изменён шаблон"),
    "template.remove": gettext_lazy("Удалён шаблон"),
    "calendar.edit": gettext_lazy("Изменены рабочие часы или дни"),
    "calendar.week": gettext_lazy("Изменены рабочие дни"),
    "calendar.own": gettext_lazy("Записан календарь ведомства"),
    "calendar.own_day": gettext_lazy("Изменён особый день ведомства"),
    "calendar.remove": gettext_lazy("Убран календарь ведомства"),
    "ladder.edit": gettext_lazy("Изменено, кому сообщать о просрочке"),
    "norm.add": gettext_lazy("Добавлен срок"),
    "norm.edit": gettext_lazy("Изменён срок"),
    "norm.remove": gettext_lazy("Убран срок"),
    "norm.preset": gettext_lazy("Выбраны готовые сроки"),
    "norm.apply": gettext_lazy("Пересчитаны идущие сроки"),
    "incident.pass_on": gettext_lazy("Карточка ушедшего передана коллеге"),
    "incident.spoken": gettext_lazy("Ответ опубликован, состояние карточки прежнее"),
    "incident.clarified_unassigned": gettext_lazy("Житель ответил на вопрос, ведомства у карточки нет"),
    "incident.reopen_unassigned": gettext_lazy("Карточка открыта снова, ведомства у неё нет"),
}
"""Verbs of everything but cards, and of cards where only this page tells more. A verb without words stays as it is."""

PAGES = {
    "user": "admin-person",
    "agency": "admin-agency",
    "rule": "admin-rule",
    "policy": "admin-policy",
    "template": "admin-template",
    "theme": "admin-theme",
    "account": "admin-account",
    "norm": "admin-norm",
    "role": "admin-role",
    "hook": "admin-hook",
    "program": "admin-program",
}

SHOWN_FROM_ABOUT = 20
_CALLED: dict[str, tuple[Any, ...]] = {
    "user": (User, "username", "last_name", "first_name", "patronymic"),
    "agency": (Agency, "short_name"),
    "incident": (Incident, "number"),
    "account": (Account, "title"),
    "source": (Source, "title"),
    "theme": (Theme, "name"),
    "template": (Template, "title"),
    "group": (ThemeGroup, "name"),
    "place": (Place, "name"),
    "rule": (Rule, "theme__name", "group__name", "place__name", "agency__short_name"),
    "policy": (ApprovalPolicy, "theme__name", "group__name", "agency__short_name", "person__last_name"),
    "norm": (Norm, "clock"),
    "role": (MadeRole, "name"),
    "hook": (Subscription, "name"),
    "program": (ProgramToken, "name"),
}
_DATA = ("grant", "agency", "account", "rule", "template", "norm", "policy", "hook", "program")
"""Kinds of entries whose data name other things, by these names."""
_MEANT = {
    "agency": "agency",
    "was": "agency",  # of a rule; minutes of a norm, which name nobody that is shown
    "from": "agency",
    "to": "agency",
    "executor": "user",
    "owner": "user",
    "person": "user",
    "theme": "theme",
    "group": "group",
    "place": "place",
    "made": "role",
    "territory": "place",
}
_ID = re.compile(rf"({'|'.join(_CALLED)}):(\d{{1,18}})")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry for reading; `card` is the number of its card, "" for none, and `about` its subject in words, with the
    page of it, "" where the reader may not open one. `changes` are sentences.
    """

    pk: int
    at: datetime
    who: str
    what: str
    about: str
    card: str
    incident: int
    reason: str
    words: str
    machine: bool
    changes: list[str]
    link: str


def verbs() -> list[tuple[str, str]]:
    """Every verb that has words, by its words: what the page offers to search by."""
    known = {f"incident.{verb}": words for verb, words in card_words.SENTENCES.items()} | OTHERS
    return sorted(((verb, str(words)) for verb, words in known.items()), key=lambda pair: pair[1])


def lines(entries: Sequence[Entry], opens: bool = False) -> list[Line]:
    """For entries with `free_reason` selected; `opens`: the reader manages the whole region, so that whatever they are
    about is a page to him. One query for all they name.
    """
    names = names_in(entries)
    return [_line(entry, names, opens) for entry in entries]


def lines_about(subject: str) -> list[Line]:
    """The last entries about one user or agency, newest first."""
    entries = Entry.objects.filter(subject=subject).select_related("free_reason").order_by("-pk")
    return lines(list(entries[:SHOWN_FROM_ABOUT]))


def _line(entry: Entry, names: dict[str, str], opens: bool) -> Line:
    data = entry.data if isinstance(entry.data, dict) else {}
    sentences = [one for one in changes(entry.verb, data, names) if one != names.get(entry.subject)]
    sentences += [_("Программа: %s") % called(names, "program", data["program"], "")] if data.get("program") else []
    free = getattr(entry, "free_reason", None)
    return Line(
        pk=entry.pk,
        at=entry.at,
        who=card_words.in_place(_who(entry.actor, names), data, lambda pk: names.get(f"user:{pk}", "")),
        what=_what(entry, names),
        about=_about(entry, names),
        card=names.get(f"incident:{entry.incident}", ""),
        incident=entry.incident or 0,
        reason=card_words.reason_words(entry.reason) if entry.reason else "",
        words=free.text if free else "",
        machine=not entry.actor.startswith("user:"),
        changes=sentences,
        link=_link(entry, names) if opens else "",
    )


def _link(entry: Entry, names: dict[str, str]) -> str:
    kind, _colon, pk = entry.subject.partition(":")
    if entry.incident or kind not in PAGES or entry.subject not in names:
        return reverse("admin-calendars") if kind == "calendar" else ""
    return reverse(PAGES[kind], args=[int(pk)])


def _who(actor: str, names: dict[str, str]) -> str:
    kind, _colon, name = actor.partition(":")
    if kind == "user":
        return names.get(actor) or _("сотрудник")
    if kind == "citizen":
        return _("житель")
    if kind == "outside":
        return _("внешний исполнитель")
    return str(card_words.MACHINES.get(name, _("система")))


def _what(entry: Entry, names: dict[str, str]) -> str:
    verb, data = entry.verb, entry.data if isinstance(entry.data, dict) else {}
    known = OTHERS.get(verb) or card_words.SENTENCES.get(verb.removeprefix("incident."))
    sentence = str(known or verb)
    if verb in ("grant.give", "grant.take") and data.get("role") in Role.values:
        agency = _named(names, "agency", data, "agency") or _("все ведомства")
        place = _named(names, "place", data, "place")
        role = _named(names, "role", data, "made") or Role(data["role"]).label
        return f"{sentence}: {role}, {agency}{f', {place}' if place else ''}"
    if verb == "agency.move":
        was, now = (called(names, "agency", data.get(key), _("само по себе")) for key in ("from", "to"))
        return f"{sentence}: {was} → {now}"
    if verb == "incident.pass_on":
        return f"{sentence}: {_named(names, 'user', data, 'from')} → {_named(names, 'user', data, 'to')}"
    if data.get("clock") in card_words.CLOCKS:
        about = norm_title(data, names) if verb.startswith("norm.") else ""
        return f"{sentence}: {card_words.CLOCKS[data['clock']]}{f', {about}' if about else ''}"
    return sentence


def _named(names: dict[str, str], kind: str, data: dict[str, Any], key: str) -> str:
    return names.get(f"{kind}:{data.get(key)}", "")


def _about(entry: Entry, names: dict[str, str]) -> str:
    if entry.subject.startswith(("calendar:", "ladder:")):
        return _("Календари")
    return names.get(entry.subject, "") if not entry.incident else ""


def names_in(entries: Iterable[Entry]) -> dict[str, str]:
    """What everything that the entries mention is called, by its code: cards by number, people by surname.

    One query, whatever they name.
    """
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        for code in _codes(entry):
            if match := _ID.fullmatch(code):
                wanted.setdefault(match[1], set()).add(int(match[2]))
    rows = [_rows(kind, ids) for kind, ids in wanted.items()]
    if not rows:
        return {}
    return {f"{kind}:{pk}": _title(kind, *rest) for kind, pk, *rest in rows[0].union(*rows[1:], all=True)}


def _rows(kind: str, ids: set[int]) -> QuerySet[Any, Any]:
    """(kind, id, name and up to three more words of it) of those that still exist."""
    model, *words = _CALLED[kind]
    some: QuerySet[Any] = model._default_manager.filter(pk__in=ids).order_by()
    named = [Cast(word, CharField()) for word in words]
    empty = [Value("", output_field=CharField())] * (4 - len(named))
    return some.values_list(Value(kind, output_field=CharField()), "pk", *named, *empty)


def _title(kind: str, first: str, last: str, name: str, patronymic: str) -> str:
    if kind == "rule":
        return rule_words(first, last, name, patronymic)
    if kind == "policy":
        return matter_words(first, last, name, patronymic)
    if kind == "norm":
        return _("Срок")
    if kind != "user":
        return first
    return User(username=first, last_name=last, first_name=name, patronymic=patronymic).initials


def _codes(entry: Entry) -> Iterable[str]:
    data: dict[str, Any] = entry.data if isinstance(entry.data, dict) else {}
    yield entry.actor
    yield f"user:{data.get('for')}"
    yield f"program:{data.get('program')}"
    yield entry.subject
    yield f"incident:{entry.incident}"
    if entry.verb == "incident.pass_on":
        yield f"user:{data.get('from')}"
        yield f"user:{data.get('to')}"
    if entry.verb.partition(".")[0] in _DATA:
        before = data.get("before")
        for fields in (data, before if isinstance(before, dict) else {}):
            yield from (f"{kind}:{fields[name]}" for name, kind in _MEANT.items() if fields.get(name))
