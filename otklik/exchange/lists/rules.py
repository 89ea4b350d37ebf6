"""Rules of routing. One is known by its matter, place, things, network and hours while their days meet."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from otklik.exchange.lists.known import WHOLE, Agencies, Matters, Places
from otklik.exchange.lists.plan import Act, Invited, Kind, Line, of, turned
from otklik.exchange.lists.russian import in_russian
from otklik.exchange.lists.sheet import Column, Row, day
from otklik.incidents.handing import HOLDING
from otklik.networks.registry import NETWORKS
from otklik.people.models import Agency, Grant, User
from otklik.people.permissions import Permission
from otklik.routing import rules as verbs
from otklik.routing.models import Rule
from otklik.routing.rules import Collides, RuleInput
from otklik.routing.things import Thing, things_of

THEME, GROUP, WHERE, THINGS, NETWORK = "Тема", "Группа тем", "Где", "Что названо в тексте", "Сеть"
HOURS, AGENCY, EXECUTOR, SINCE, UNTIL, NOTE = "Когда написано", "Ведомство", "Исполнитель", "С", "По", "Пояснение"
_ALWAYS, _EVER = date.min, date.max


def networks() -> dict[str, str]:
    return {network.title: kind for kind, network in NETWORKS.items()}


def columns() -> tuple[Column, ...]:
    hours = tuple(in_russian(Rule.Hours.choices))
    return (
        Column("theme", THEME, "Название или код темы. Пусто вместе с группой: любая тема.",
               "Пример: Нет воды"),
        Column("group", GROUP, "Вместо темы: все темы группы. Вместе с темой: в какой она группе.", ""),
        Column("where", WHERE, f"Муниципалитет. Пусто: {WHOLE}.", "Сочи", limit=200),
        Column("things", THINGS, "Через запятую. Пусто: что угодно.", "колонка, водопровод", limit=200),
        Column("network", NETWORK, "Пусто: любая.", "", words=tuple(networks())),
        Column("hours", HOURS, "Пусто: в любое время.", "", words=hours),
        Column("agency", AGENCY, "Короткое название: чьё это.", "Водоканал", required=True),
        Column("executor", EXECUTOR, "Логин сотрудника ведомства. Пусто: решит ведомство.", "ivanova.ap", limit=150),
        Column("since", SINCE, "Первый день. Пусто: уже действует.", "01.09.2026", limit=40),
        Column("until", UNTIL, "Последний день. Пусто: без срока.", "", limit=40),
        Column("note", NOTE, "Например, на каком основании.", ""),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """A time and things, of one matter, place, network and hours. `origin` is a rule of the table or a row."""

    origin: Rule | int
    since: date | None
    until: date | None
    things: frozenset[Thing]

    def meets(self, other: "Slot") -> bool:
        """As `routing.rules.clash`: days in common, and a thing in common or none on either side."""
        days = (self.since or _ALWAYS) <= (other.until or _EVER) and (other.since or _ALWAYS) <= (self.until or _EVER)
        both = self.things and other.things
        return days and (bool(self.things & other.things) if both else not self.things and not other.things)


class Slots:
    """What stands in the table and what the file says, by matter, place, network and hours."""

    def __init__(self) -> None:
        self._there: defaultdict[Hashable, list[Slot]] = defaultdict(list)
        self._slots: defaultdict[Hashable, list[Slot]] = defaultdict(list)
        shown = ("agency", "theme", "group", "place", "executor")
        for rule in Rule.objects.select_related(*shown).order_by("pk"):
            key = (rule.theme_id or 0, rule.group_id or 0, rule.place_id or 0, rule.network, rule.hours)
            self._there[key].append(Slot(rule, rule.since, rule.until, things_of(rule.things)))

    def match(self, row: Row, key: Hashable, slot: Slot) -> Rule | None:
        """The rule that the row is about; what the file or the table says twice is wrong."""
        if same := next((one for one in self._slots[key] if one.meets(slot)), None):
            row.errors.append(f"это же правило уже есть в строке {same.origin}: оставьте одну из них")
        self._slots[key].append(slot)
        rules = [one.origin for one in self._there[key] if one.meets(slot) and isinstance(one.origin, Rule)]
        if len(rules) > 1:
            row.errors.append("на эти дни правил уже несколько: закончите или удалите лишнее на странице правил")
        return rules[0] if rules else None


class Answerers:
    """People who answer for agencies, by login, with the paths of their grants."""

    def __init__(self) -> None:
        self._people: dict[str, tuple[User, list[str]]] = {}
        grants = Grant.objects.filter(user__is_active=True, role__in=HOLDING, agency__isnull=False)
        for grant in grants.select_related("user", "agency"):
            paths = self._people.setdefault(grant.user.username.lower(), (grant.user, []))[1]
            paths.append(grant.agency.path if grant.agency else "")

    def find(self, row: Row, agency: Agency | None) -> User | None:
        if not row["executor"]:
            return None
        user, paths = self._people.get(row["executor"].lower(), (None, []))
        if user is None or (agency and not any(agency.path.startswith(path) for path in paths)):
            row.wrong(EXECUTOR, "он не отвечает за это ведомство")
            return None
        return user


def plan(rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    """Six queries."""
    today = timezone.localdate(at)
    agencies, places, matters, people, slots = Agencies(), Places(), Matters(today), Answerers(), Slots()
    hours = in_russian(Rule.Hours.choices)
    lines = []
    for row in rows:
        matter, place = matters.find(row, "theme", "group"), places.find(row, "where", WHERE)
        agency = agencies.find(row, "agency", AGENCY)
        executor = people.find(row, agency)
        since, until = day(row, "since", SINCE), day(row, "until", UNTIL)
        if row["things"] and not things_of(row["things"]):
            row.wrong(THINGS, "здесь нет ни одного слова")
        rule_input = None
        here = None
        if agency and not row.errors:
            about = (agency, matter.theme, matter.group, place, since, until, row["note"], row["things"])
            rule_input = RuleInput(*about, networks().get(row["network"], ""), hours.get(row["hours"], ""), executor)
            key = (*matter.key, place.pk if place else 0, rule_input.network, rule_input.hours)
            here = slots.match(row, key, Slot(row.number, since, until, things_of(rule_input.things)))
            rule_input = _kept(row, rule_input, here)
            _check_days(row, rule_input, here, today)
        changes = _changes(rule_input, verbs.current(here)) if here and rule_input else None
        lines.append(of(row, f"{matter}: {row['agency']}", changes, _act(rule_input, here, by)))
    return lines


def _kept(row: Row, rule_input: RuleInput, here: Rule | None) -> RuleInput:
    """A column that the file does not have stays as it is; things that are only spelled otherwise stay as typed."""
    if here is None:
        return rule_input
    current = verbs.current(here)
    columns = ("since", "until", "note", "executor")
    kept = {name: getattr(rule_input if row.has(name) else current, name) for name in columns}
    things = current.things if things_of(rule_input.things) == things_of(current.things) else rule_input.things
    about = (
        rule_input.agency,
        rule_input.theme,
        rule_input.group,
        rule_input.place,
        kept["since"],
        kept["until"],
        kept["note"],
    )
    return RuleInput(*about, things, rule_input.network, rule_input.hours, kept["executor"])


def _check_days(row: Row, rule_input: RuleInput, here: Rule | None, today: date) -> None:
    if rule_input.since and rule_input.until and rule_input.until < rule_input.since:
        row.wrong(UNTIL, "последний день раньше первого")
    elif rule_input.until and rule_input.until < today and not (here and here.until == rule_input.until):
        row.wrong(UNTIL, "последний день уже прошёл")


def _changes(rule_input: RuleInput, was: RuleInput) -> list[str]:
    return [
        *turned(AGENCY, was.agency, rule_input.agency),
        *turned(THINGS, was.things, rule_input.things),
        *turned(EXECUTOR, was.executor, rule_input.executor),
        *turned(SINCE, _shown(was.since), _shown(rule_input.since)),
        *turned(UNTIL, _shown(was.until), _shown(rule_input.until)),
        *turned(NOTE, was.note, rule_input.note),
    ]


def _shown(rule_day: date | None) -> str:
    return rule_day.strftime("%d.%m.%Y") if rule_day else ""


def _act(rule_input: RuleInput | None, here: Rule | None, by: User) -> Act:
    def act(at: datetime) -> Invited | None:
        if rule_input is None:
            raise ValueError("строка не разобрана")
        try:
            if here is None:
                verbs.add(rule_input, by, at)
            else:
                verbs.change(here, rule_input, verbs.seen(here), by, at)
        except Collides as other:
            raise ValueError(f"на эти дни уже есть правило № {other.rule.pk}") from other
        return None

    return act


KIND = Kind("rules", "Правила", Permission.TUNE, columns, plan)
