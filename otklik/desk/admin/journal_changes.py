"""What an entry about reference data changed: «О чём: было → стало» and the like, out of the codes that it holds.

Entries written before the journal kept what had been tell what they know.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.answers.models import Answer
from otklik.desk.admin.norm_words import day_words, lasts, scope_words, spent_words
from otklik.desk.policy_words import matter_words, way_words
from otklik.desk.rule_words import asks
from otklik.networks.registry import key_title, title_of
from otklik.notify.alerts.models import Level
from otklik.notify.hooks.models import Kind
from otklik.people.permissions import Permission
from otklik.routing.norms import Allowed
from otklik.themes.models import Theme
from otklik.work.translated import translated

Names = Mapping[str, str]
Data = Mapping[str, Any]
Words = Callable[[Data, Names], str]


class Field(NamedTuple):
    """What an edit may change: its label, and the words for it out of an entry's codes."""

    label: Any
    words: Words


def changes(verb: str, data: Data, names: Names) -> list[str]:
    """Sentences, none when the entry's own words say all there is. `names` are those of `names_in`."""
    formatter = _WORDS_BY_VERB.get(verb)
    sentences = formatter(data, names) if formatter else []
    was, now = _was(data), {key: code for key, code in data.items() if key != "was"}
    for label, words in _FIELDS_BY_VERB.get(verb, ()):
        sentences += _turned(label, words(was, names), words(now, names))
    return sentences


def rule_words(theme: str, group: str, place: str, agency: str) -> str:
    """«Ямы на дорогах · Ёлкино → Дорожная служба»; "" for what the rule does not name."""
    return f"{theme or group or _('любая тема')} · {place or _('весь регион')} → {agency}"


def norm_title(data: Data, names: Names) -> str:
    """For whom a norm is; "" when the entry does not tell."""
    if "theme" not in data:
        return ""
    titles = [called(names, kind, data.get(kind), "") for kind in ("theme", "group", "place")]
    priority, network = data.get("priority"), data.get("network")
    asked = Allowed("", None, data.get("fast") is True, 0, True, priority=priority if isinstance(priority, int) else 0,
                    network=network if isinstance(network, str) else "")  # fmt: skip
    return ", ".join(scope_words(asked, *titles))


def called(names: Names, kind: str, pk: object, nobody: str) -> str:
    """The name of a row; `nobody` for none; its number when it is gone."""
    if not pk:
        return nobody
    return names.get(f"{kind}:{pk}") or f"№ {pk}"


def _was(data: Data) -> dict[str, Any]:
    """The codes as they were: what `before` holds, over what is told as it is now."""
    kept = data.get("before")
    return {**data, **kept} if isinstance(kept, dict) else dict(data)


def _turned(label: object, was: str, now: str) -> list[str]:
    return [f"{label}: {was} → {now}"] if was != now else []


def _rule(data: Data, names: Names) -> list[str]:
    if "theme" not in data:
        return [f"{_('Чьё это')}: {called(names, 'agency', data.get('agency'), '')}"] if data.get("agency") else []
    line = rule_words(
        called(names, "theme", data["theme"], ""),
        called(names, "group", data.get("group"), ""),
        called(names, "place", data.get("place"), ""),
        called(names, "agency", data.get("agency"), ""),
    )
    line = " · ".join([line, *_asked(data)])
    days = [(_("Действует с"), data.get("since")), (_("Последний день"), data.get("until"))]
    return [line, *(f"{label}: {_day(day, '')}" for label, day in days if day)]


def _asked(data: Data) -> list[str]:
    """What it asks for beside theme and place, but for the things: their words are the entry's own."""
    return asks("", str(data.get("network") or ""), str(data.get("hours") or ""))


def _day(raw_day: object, nothing: str) -> str:
    try:
        return date.fromisoformat(str(raw_day or "")).strftime("%d.%m.%Y")
    except ValueError:
        return nothing


def _policy(data: Data, names: Names) -> list[str]:
    theme, group, agency = (called(names, kind, data.get(kind), "") for kind in ("theme", "group", "agency"))
    about = matter_words(theme, group, agency, called(names, "user", data.get("person"), ""))
    line = f"{about}: {way_words(data.get('steps'))}"
    days = [(_("Действует с"), data.get("since")), (_("Последний день"), data.get("until"))]
    return [line, *(f"{label}: {_day(day, '')}" for label, day in days if day)]


def _key(data: Data, names: Names) -> list[str]:
    title = key_title(str(data.get("kind")), str(data.get("network", "")))
    return [f"{translated(title)}."] if title else []


def _norm(data: Data, names: Names) -> list[str]:
    now = _lasts(data)
    if data.get("was"):
        return [f"{_lasts({**_was(data), 'minutes': data['was']})} → {now}"]
    return [now] if now else []


def _lasts(data: Data) -> str:
    minutes = data.get("minutes")
    return lasts(minutes, data.get("working") is True) if isinstance(minutes, int) else ""


def _applied(data: Data, names: Names) -> list[str]:
    return [_("Сроков: %d.") % data["moved"]] if isinstance(data.get("moved"), int) else []


def _calendar(data: Data, names: Names) -> list[str]:
    was = _was(data)
    if "day" in data:
        then, now = (day_words(_hours(one.get("hours"))) for one in (was, data))
        return [f"{_day(data['day'], '')}: {f'{then} → {now}' if 'before' in data else now}"]
    then, now = (f"{_time(one.get('opens'))}–{_time(one.get('closes'))}" for one in (was, data))
    return [f"{then} → {now}" if "before" in data else now]


def _ladder(data: Data, names: Names) -> list[str]:
    was, now = (_rungs(data.get(key)) for key in ("before", "rungs"))
    return [f"{was} → {now}"]


def _rungs(raw_rungs: object) -> str:
    """«куратор 0 мин, руководитель 2 ч»."""
    rows = [row for row in raw_rungs if isinstance(row, list) and len(row) == 2] if isinstance(raw_rungs, list) else []
    known = dict(Level.Role.choices)
    words = [f"{known.get(role, role)} {spent_words(minutes)}" for minutes, role in rows if isinstance(minutes, int)]
    return ", ".join(words) or _("никому")


def _hours(raw_hours: object) -> float | None:
    """A whole number or a code such as «7.5»; -1 is «as in the production calendar»."""
    try:
        hours = float(str(raw_hours))
    except ValueError:
        return None
    return None if hours < 0 else hours


def _time(minutes: object) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}" if isinstance(minutes, int) else "?"


def _stopped(data: Data, names: Names) -> list[str]:
    return [_("Исправили %(wrong)s из %(n)s.") % {"wrong": data.get("wrong"), "n": data.get("n")}]


def _role(data: Data, names: Names) -> list[str]:
    turns = ((_("Прибавилось: %s."), "added"), (_("Пропало: %s."), "removed"), (_("Разрешено: %s."), "permissions"))
    label_groups = ((words, [one.label for one in Permission if one in data.get(key, ())]) for words, key in turns)
    return [words % "; ".join(map(str, labels)) for words, labels in label_groups if labels]


def _hook(data: Data, names: Names) -> list[str]:
    chosen = data.get("kinds")
    labels = [str(Kind(one).label) for one in chosen if one in Kind.values] if isinstance(chosen, list) else []
    whose = called(names, "agency", data.get("agency"), _("всего региона"))
    return [f"{_('О чём сообщать')}: {', '.join(labels)}", f"{_('Чьи карточки')}: {whose}"]


def _row(kind: str, nobody: object = "", key: str = "") -> Words:
    """The name of the row that the entry has under `key`, or under its kind."""
    return lambda data, names: called(names, kind, data.get(key or kind), str(nobody))


def _label_of(choices: Any, key: str) -> Words:
    return lambda data, _names: str(dict(choices.choices).get(str(data.get(key)), ""))


def _number(key: str) -> Words:
    return lambda data, _names: str(data.get(key, ""))


def _switch(key: str, on: object, off: object) -> Words:
    return lambda data, _names: str(on if data.get(key) else off)


def _date(key: str, nothing: object) -> Words:
    return lambda data, _names: _day(data.get(key), str(nothing))


def _about(data: Data, names: Names) -> str:
    own = called(names, "theme", data.get("theme"), "") or called(names, "group", data.get("group"), "")
    return own or _("любая тема")


def _owner(data: Data, names: Names) -> str:
    """An entry has the owner that was before under «was»."""
    return called(names, "agency", data.get("was") or data.get("agency"), "")


_REGION, _OF_REGION = gettext_lazy("весь регион"), gettext_lazy("всего региона")
_ON, _OFF = gettext_lazy("включено"), gettext_lazy("выключено")
_ABOUT = Field(gettext_lazy("О чём"), _about)
_SINCE = Field(gettext_lazy("Действует с"), _date("since", gettext_lazy("не указано")))
_LAST_DAY = Field(gettext_lazy("Последний день"), _date("until", gettext_lazy("без срока")))

_FIELDS_BY_VERB: dict[str, tuple[Field, ...]] = {
    "rule.edit": (
        _ABOUT,
        Field(gettext_lazy("Где"), _row("place", _REGION)),
        Field(gettext_lazy("Что ещё требуется"), lambda data, _names: ", ".join(_asked(data)) or _("никаких")),
        Field(gettext_lazy("Чьё это"), _owner),
        Field(gettext_lazy("Кому в ведомстве"), _row("user", gettext_lazy("решит ведомство"), "executor")),
        _SINCE,
        _LAST_DAY,
    ),
    "policy.edit": (
        _ABOUT,
        Field(gettext_lazy("Чей ответ"), _row("user", gettext_lazy("кто бы ни писал"), "person")),
        Field(gettext_lazy("Какого ведомства"), _row("agency", _REGION)),
        Field(gettext_lazy("Кто согласует"), lambda data, _names: way_words(data.get("steps"))),
        _SINCE,
        _LAST_DAY,
    ),
    "template.edit": (
        Field(gettext_lazy("Вид ответа"), _label_of(Answer.Kind, "kind")),
        _ABOUT,
        Field(gettext_lazy("Чей"), _row("agency", gettext_lazy("для всех ведомств"))),
    ),
    "agency.edit": (Field(gettext_lazy("Где работает"), _row("place", _REGION, "territory")),),
    "account.edit": (Field(gettext_lazy("Чей это голос"), _row("agency", _OF_REGION)),),
    "network.decide": (
        Field(gettext_lazy("Чтение"), _switch("read", _ON, _OFF)),
        Field(gettext_lazy("Публикация ответов"), _switch("speak", _ON, _OFF)),
    ),
    "theme.edit": (
        Field(gettext_lazy("Вид"), _label_of(Theme.Kind, "kind")),
        Field(gettext_lazy("Тяжесть"), _number("severity")),
        Field(gettext_lazy("Фасттрек"), _switch("fast", gettext_lazy("отмечено"), gettext_lazy("не отмечено"))),
    ),
    "automatic.switch": (
        Field(gettext_lazy("Назначать без оператора"), _switch("on", _ON, _OFF)),
        Field(gettext_lazy("Уверенность в теме, %"), _number("theme_percent")),
        Field(gettext_lazy("Согласие правил о ведомстве, %"), _number("agency_percent")),
    ),
    "public.decide": (
        Field(gettext_lazy("Страница"), _switch("on", gettext_lazy("открыта"), gettext_lazy("закрыта"))),
        Field(gettext_lazy("Скрывать, если наблюдений меньше"), _number("least")),
    ),
}
"""What is said as «было → стало», in this order; in `before` an entry keeps what had been."""


def _rule_end(data: Data, names: Names) -> list[str]:
    label, words = _LAST_DAY
    if "before" not in data:
        return [f"{label}: {words(data, names)}"]
    return _turned(label, words(_was(data), names), words(data, names))


def _network(data: Data, names: Names) -> list[str]:
    return [f"{translated(title_of(str(data.get('network'))))}."]


_WORDS_BY_VERB: dict[str, Callable[[Data, Names], list[str]]] = {
    "rule.add": _rule,
    "rule.end": _rule_end,
    "rule.remove": _rule,
    "policy.add": _policy,
    "policy.end": _rule_end,
    "automatic.stop": _stopped,
    "role.make": _role,
    "role.edit": _role,
    "network.decide": _network,
    "account.key": _key,
    "ladder.edit": _ladder,
    "norm.add": _norm,
    "norm.edit": _norm,
    "norm.remove": _norm,
    "norm.apply": _applied,
    "calendar.edit": _calendar,
    "calendar.own_day": _calendar,
    "hook.add": _hook,
    "hook.edit": _hook,
}
