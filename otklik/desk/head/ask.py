"""What the reader of the figures asks for: the period and the filters of a hostile address line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.desk.gate import integer
from otklik.reports.atlas import Atlas, Names
from otklik.reports.periods import BadPeriod, Period, Preset, own, preset
from otklik.reports.whose import Narrowing
from otklik.work.translated import translated

PRESETS = {
    Preset.TODAY: _("Сегодня"),
    Preset.WEEK: _("7 дней"),
    Preset.THIRTY: _("30 дней"),
    Preset.MONTH: _("Этот месяц"),
    Preset.SEVEN_MONTHS: _("7 месяцев"),
    Preset.OWN: _("Свои даты"),
}
USUAL = Preset.THIRTY
ORDERS = {
    "count": _("по числу карточек"),
    "slow": _("сначала медленные"),
    "day": _("сначала кто реже успевает за сутки"),
    "good": _("сначала с низкой оценкой"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A valid question. `trouble` says what was wrong with the dates; the usual period stands in for them then.

    `themes` (id, name) may be chosen next: those of the group that is asked for, or of the theme.
    """

    preset: Preset
    period: Period
    narrowing: Narrowing
    order: str
    trouble: str = ""
    since: str = ""
    until: str = ""
    themes: Sequence[tuple[int, str]] = ()

    def link(self, **changes: str | int) -> str:
        """The address line of the same question with these changes; without what is empty."""
        now: dict[str, str | int] = {
            "period": self.preset.value,
            "since": self.since,
            "until": self.until,
            "group": self.narrowing.group,
            "theme": self.narrowing.theme,
            "municipality": self.narrowing.municipality,
            "agency": self.narrowing.agency,
            "network": self.narrowing.network,
            "order": "" if self.order == "count" else self.order,
        }
        now |= changes
        if now["period"] != Preset.OWN:
            now |= {"since": "", "until": ""}
        return "?" + urlencode({name: value for name, value in now.items() if value})

    @property
    def presets(self) -> Iterator[tuple[str, str, bool]]:
        """(address, title, chosen) of every preset but «own», which is a form."""
        for one, title in PRESETS.items():
            if one != Preset.OWN:
                yield self.link(period=one.value), str(title), one == self.preset

    @property
    def orders(self) -> Iterator[tuple[str, str, bool]]:
        """(address, title, chosen) of every order of the tables."""
        for code, title in ORDERS.items():
            yield self.link(order="" if code == "count" else code), str(title), code == self.order

    @property
    def without_narrowing(self) -> str:
        return self.link(group="", theme="", municipality="", agency="", network="")

    @property
    def narrowed(self) -> bool:
        return self.narrowing != Narrowing()


def names_of(known: Atlas) -> Names:
    """The names of filters, in the reader's language."""
    return replace(known.names, network={kind: translated(title) for kind, title in known.names.network.items()})


def ask(query: QueryDict, names: Names, now: datetime) -> Asked:
    """Whatever the address line says, a question comes out. Unknown ids and networks are no filter."""
    zone = ZoneInfo(settings.TIME_ZONE)
    since, until = query.get("since", "")[:32], query.get("until", "")[:32]
    wanted = query.get("period", "") or (Preset.OWN if since or until else USUAL)
    trouble = ""
    try:
        chosen = Preset(wanted) if wanted in list(Preset) else USUAL
        period = own(since, until, now, zone) if chosen == Preset.OWN else preset(chosen, now, zone)
    except BadPeriod as error:
        trouble, chosen, period = translated(str(error)), USUAL, preset(USUAL, now, zone)
    order = query.get("order", "")
    dates = (since, until) if chosen == Preset.OWN else ("", "")
    order = order if order in ORDERS else "count"
    narrowing = narrowing_of(query, names)
    return Asked(chosen, period, narrowing, order, trouble, *dates, themes=_themes(narrowing, names))


def _themes(narrowing: Narrowing, names: Names) -> list[tuple[int, str]]:
    group = narrowing.group or names.group_of.get(narrowing.theme, 0)
    return [(pk, name) for pk, name in names.theme.items() if group and names.group_of.get(pk) == group]


def narrowing_of(query: QueryDict, names: Names) -> Narrowing:
    """Unknown ids and networks are no filter, nor is a theme of another group than the one that is asked for: whoever
    has just chosen that group did not mean nothing at all."""
    network = query.get("network", "")
    group, theme = _known(query, "group", names.group), _known(query, "theme", names.theme)
    return Narrowing(
        group=group,
        theme=theme if not group or names.group_of.get(theme) == group else 0,
        municipality=_known(query, "municipality", names.municipality),
        agency=_known(query, "agency", names.agency),
        network=network if network in names.network else "",
    )


def _known(query: QueryDict, name: str, known: object) -> int:
    pk = integer(query.get(name))
    return pk if isinstance(known, dict) and pk in known else 0
