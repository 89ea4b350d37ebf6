"""How long answers may take, in words: norms, the product's own where there are none, and what a removal does."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.networks.registry import title_of as title_of_network
from otklik.routing.calendars import CLOCKS, norm_like, without_norm
from otklik.routing.models import Norm
from otklik.routing.norms import NORMED, Allowed, Matter, allowed, crossings, find, pick


@dataclass(frozen=True, slots=True)
class Row:
    """A line of «Сроки ответа»; `pk` 0 is the product's own, which nobody has written down."""

    pk: int
    title: str
    spent: str


def rows(norms: Sequence[Norm], own: Sequence[Allowed]) -> list[Row]:
    """Those written down, with their themes selected, and the product's own of each clock before them."""
    norm_rows = []
    for clock in NORMED:
        norm_rows += [Row(0, title(one), _spent(one)) for one in own if one.clock == clock]
        mine = [norm for norm in norms if norm.clock == clock]
        norm_rows += [Row(norm.pk, title_of(norm), lasts(norm.minutes, norm.working)) for norm in mine]
    return norm_rows


def _spent(own: Allowed) -> str:
    """Of a second answer the product itself holds to half of whatever the first one may take."""
    spent = lasts(own.minutes, own.working)
    return spent if own.clock != Norm.Clock.SECOND_ANSWER else _("половина срока первого ответа: %s") % spent


def rivals(norms: Sequence[Norm], held: Sequence[Allowed]) -> list[str]:
    """Where two norms may fit one card and the stated order decides, in sentences; `norms` have all their rows."""
    groups = {norm.theme_id: norm.theme.group_id for norm in norms if norm.theme_id and norm.theme}
    titles = {norm.pk: title_of(norm) for norm in norms}
    words = _("«%(winner)s» важнее, чем «%(loser)s».")
    pairs = crossings(held, groups)
    return [words % {"winner": titles[one.pk], "loser": titles[other.pk]} for one, other in pairs
            if one.pk in titles and other.pk in titles]  # fmt: skip


def built_in(norms: Sequence[Allowed]) -> list[Allowed]:
    """What the product itself holds to where no norm is written down."""
    defaults = []
    for clock in CLOCKS:
        if norm_like(norms, Allowed(clock, None, False, 0, True)):
            continue  # fast-track themes fall under it too
        known = norms if clock == Norm.Clock.SECOND_ANSWER else ()
        common = Allowed(clock, None, False, *pick(known, clock, Matter()))
        fast = Allowed(clock, None, True, *pick(known, clock, Matter(fast_track=True)))
        defaults.append(common)
        if norm_like(norms, fast) is None and fast.minutes != common.minutes:
            defaults.append(fast)
    return defaults


def instead(norms: Sequence[Allowed], gone: Allowed, fast_track: bool) -> list[str]:
    """What will hold when this norm is gone, in sentences; `fast_track` is the mark of its theme, or its own."""
    rest = without_norm(norms, gone)
    matter = Matter(gone.theme, gone.group, fast_track, gone.priority, gone.network, gone.path)
    if wider_norm := find(rest, gone.clock, matter):
        norm = Norm.objects.select_related("theme", "group", "place").get(pk=wider_norm.pk)
        description = f"{title_of(norm, clock=False)}, {lasts(wider_norm.minutes, wider_norm.working)}"
        return [_("Вместо него будет действовать более общий срок: %s.") % description]
    if gone.clock == Norm.Clock.AGENCY:
        return [_("Более общего срока нет: у таких карточек не будет срока ответа ведомства.")]
    minutes, working = pick(rest, gone.clock, matter)
    sentences = [_("Более общего срока нет. Будет действовать встроенный: %s.") % lasts(minutes, working)]
    if gone.theme is None and not fast_track:
        fast = [one for one in built_in(rest) if one.clock == gone.clock and one.fast_track]
        sentences += [_("Для фасттрека тоже встроенный: %s.") % lasts(one.minutes, one.working) for one in fast]
    return sentences


def title(one: Allowed, theme: str = "", group: str = "", place: str = "") -> str:
    """«первый ответ, все остальные темы, срочность от 4». Names stand for what the norm asks by its id."""
    return ", ".join([clock_words(one.clock), *scope_words(one, theme, group, place)])


def title_of(norm: Norm, clock: bool = True) -> str:
    """The same of a row with its theme, group and place."""
    names = [row.name if row else "" for row in (norm.theme, norm.group, norm.place)]
    return ", ".join([*([clock_words(norm.clock)] if clock else []), *scope_words(allowed(norm), *names)])


def scope_words(one: Allowed, theme: str, group: str, place: str) -> list[str]:
    """What the norm is for, in words; names stand for what it asks by its id."""
    about = theme or (_("группа «%s»") % group if group else about_words("", one.fast_track))
    urgent = _("срочность от %d") % one.priority if one.priority else ""
    return [words for words in (about, urgent, place, title_of_network(one.network) if one.network else "") if words]


def about_words(theme: str, fast_track: bool) -> str:
    return theme or (_("фасттрек") if fast_track else _("все остальные темы"))


def clock_words(clock: str) -> str:
    return str(Norm.Clock(clock).label)


def lasts(minutes: int, working: bool) -> str:
    """«8 ч рабочего времени»."""
    return f"{spent_words(minutes)} {_('рабочего времени') if working else _('подряд')}"


def spent_words(minutes: int) -> str:
    """«8 ч», «1 ч 30 мин»."""
    hours, rest = divmod(minutes, 60)
    parts = [_("%d ч") % hours] if hours or not rest else []
    return " ".join([*parts, *([_("%d мин") % rest] if rest else [])])


def day_words(hours: float | None) -> str:
    """How much a special day works."""
    if hours is None:
        return _("как в производственном календаре")
    return _("рабочих часов %s") % f"{hours:g}".replace(".", ",") if hours else _("выходной")
