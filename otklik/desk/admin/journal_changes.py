"""What an entry about reference data changed: «О чём: было → стало» and the like, out of the codes that it holds.

Entries written before the journal kept what had been tell what they know.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

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


def changes(verb: str, data: Data, names: Names) -> list[str]:
    """Sentences, none when the entry's own words say all there is. `names` are those of `names_in`."""
    formatter = _WORDS_BY_VERB.get(verb)
    return formatter(data, names) if formatter else []


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


def _turned(label: str, was: str, now: str) -> list[str]:
    return [f"{label}: {was} → {now}"] if was != now else []


def _about(data: Data, names: Names) -> str:
    own = called(names, "theme", data.get("theme"), "") or called(names, "group", data.get("group"), "")
    return own or _("любая тема")


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


def _rule_edit(data: Data, names: Names) -> list[str]:
    was, everywhere = _was(data), _("весь регион")
    was["agency"] = data.get("was") or data.get("agency")
    since = (_day(one.get("since"), _("не указано")) for one in (was, data))
    return [
        *_turned(_("О чём"), _about(was, names), _about(data, names)),
        *_turned(_("Где"), *(called(names, "place", one.get("place"), everywhere) for one in (was, data))),
        *_turned(_("Что ещё требуется"), *(", ".join(_asked(one)) or _("никаких") for one in (was, data))),
        *_turned(_("Чьё это"), *(called(names, "agency", one.get("agency"), "") for one in (was, data))),
        *_turned(_("Кому в ведомстве"), *(_executor(one, names) for one in (was, data))),
        *_turned(_("Действует с"), *since),
        *_last_day(was, data),
    ]


def _asked(data: Data) -> list[str]:
    """What it asks for beside theme and place, but for the things: their words are the entry's own."""
    return asks("", str(data.get("network") or ""), str(data.get("hours") or ""))


def _executor(data: Data, names: Names) -> str:
    return called(names, "user", data.get("executor"), _("решит ведомство"))


def _rule_end(data: Data, names: Names) -> list[str]:
    if "before" not in data:
        return [f"{_('Последний день')}: {_day(data.get('until'), _('без срока'))}"]
    return _last_day(_was(data), data)


def _last_day(was: Data, now: Data) -> list[str]:
    return _turned(_("Последний день"), *(_day(one.get("until"), _("без срока")) for one in (was, now)))


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


def _policy_edit(data: Data, names: Names) -> list[str]:
    was, region, anybody = _was(data), _("весь регион"), _("кто бы ни писал")
    return [
        *_turned(_("О чём"), _about(was, names), _about(data, names)),
        *_turned(_("Чей ответ"), *(called(names, "user", one.get("person"), anybody) for one in (was, data))),
        *_turned(_("Какого ведомства"), *(called(names, "agency", one.get("agency"), region) for one in (was, data))),
        *_turned(_("Кто согласует"), *(way_words(one.get("steps")) for one in (was, data))),
        *_turned(_("Действует с"), *(_day(one.get("since"), _("не указано")) for one in (was, data))),
        *_last_day(was, data),
    ]


def _template(data: Data, names: Names) -> list[str]:
    was, everybody, kinds = _was(data), _("для всех ведомств"), dict(Answer.Kind.choices)
    return [
        *_turned(_("Вид ответа"), *(str(kinds.get(str(one.get("kind")), "")) for one in (was, data))),
        *_turned(_("О чём"), _about(was, names), _about(data, names)),
        *_turned(_("Чей"), *(called(names, "agency", one.get("agency"), everybody) for one in (was, data))),
    ]


def _agency(data: Data, names: Names) -> list[str]:
    was, region = _was(data), _("весь регион")
    places = (called(names, "place", one.get("territory"), region) for one in (was, data))
    return _turned(_("Где работает"), *places)


def _account(data: Data, names: Names) -> list[str]:
    was, region = _was(data), _("всего региона")
    return _turned(_("Чей это голос"), *(called(names, "agency", one.get("agency"), region) for one in (was, data)))


def _key(data: Data, names: Names) -> list[str]:
    title = key_title(str(data.get("kind")), str(data.get("network", "")))
    return [f"{translated(title)}."] if title else []


def _network(data: Data, names: Names) -> list[str]:
    was, on, off = _was(data), _("включено"), _("выключено")
    title = translated(title_of(str(data.get("network"))))
    turns = ((_("Чтение"), "read"), (_("Публикация ответов"), "speak"))
    line_groups = [_turned(label, *(on if one.get(name) else off for one in (was, data))) for label, name in turns]
    return [f"{title}.", *(line for lines in line_groups for line in lines)]


def _theme(data: Data, names: Names) -> list[str]:
    was, kinds = _was(data), dict(Theme.Kind.choices)
    return [
        *_turned(_("Вид"), *(str(kinds.get(str(one.get("kind")), "")) for one in (was, data))),
        *_turned(_("Тяжесть"), str(was.get("severity")), str(data.get("severity"))),
        *_turned(_("Фасттрек"), *(_("отмечено") if one.get("fast") else _("не отмечено") for one in (was, data))),
    ]


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


def _automatic(data: Data, names: Names) -> list[str]:
    was, words = _was(data), {True: _("включено"), False: _("выключено")}
    return [
        *_turned(_("Назначать без оператора"), *(words[one.get("on") is True] for one in (was, data))),
        *_turned(_("Уверенность в теме, %"), *(str(one.get("theme_percent", "")) for one in (was, data))),
        *_turned(_("Согласие правил о ведомстве, %"), *(str(one.get("agency_percent", "")) for one in (was, data))),
    ]


def _public(data: Data, names: Names) -> list[str]:
    was, words = _was(data), {True: _("открыта"), False: _("закрыта")}
    return [
        *_turned(_("Страница"), *(words[one.get("on") is True] for one in (was, data))),
        *_turned(_("Скрывать, если наблюдений меньше"), *(str(one.get("least", "")) for one in (was, data))),
    ]


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


_WORDS_BY_VERB: dict[str, Callable[[Data, Names], list[str]]] = {
    "rule.add": _rule,
    "rule.edit": _rule_edit,
    "rule.end": _rule_end,
    "rule.remove": _rule,
    "policy.add": _policy,
    "policy.edit": _policy_edit,
    "policy.end": _rule_end,
    "automatic.switch": _automatic,
    "automatic.stop": _stopped,
    "public.decide": _public,
    "role.make": _role,
    "role.edit": _role,
    "template.edit": _template,
    "agency.edit": _agency,
    "network.decide": _network,
    "account.edit": _account,
    "account.key": _key,
    "theme.edit": _theme,
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
