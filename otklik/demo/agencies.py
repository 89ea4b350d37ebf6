"""Agencies and routing rules of the demonstration region: reads `data/`, checks every reference, touches no table.

Municipalities come in as plain values, themes stay names: who writes the tables resolves them by `key`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from otklik.lib.text import fold, words

DATA = Path(__file__).parent / "data"

OWN = "administration"
"""Stands in the files for the administration of the municipality where the agency or the matter is."""

KINDS = frozenset({"ministry", "department", "institution", "federal", "utility", "municipal", "company"})

Municipality = tuple[str, str, str]
"""Code, name and official name, as the gazetteer has them."""


class BadPlan(ValueError):
    """A file contradicts itself or the municipalities; the message names the entry."""


@dataclass(frozen=True, slots=True)
class PlannedAgency:
    """`parent` is an agency's code, None for level 1; `territory` is a municipality's code, None for the region.

    `kind` is one of KINDS, or «administration» for those of the municipalities.
    """

    code: str
    name: str
    short_name: str
    parent: str | None
    territory: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """Group and theme are names, None for «any»; `place` is a municipality's code, None for everywhere."""

    group: str | None
    theme: str | None
    place: str | None
    agency: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class AgencyPlan:
    """Agencies stand parents first; no two rules are for the same theme or group at the same place."""

    agencies: tuple[PlannedAgency, ...]
    rules: tuple[PlannedRule, ...]


def load(municipalities: Sequence[Municipality], folder: Path = DATA) -> AgencyPlan:
    """Read agencies.toml and rules.toml for these municipalities. Raises BadPlan if anything does not fit."""
    places = _places(municipalities)
    agencies = _agencies(_toml(folder / "agencies.toml"), municipalities, places)
    rules = _rules(_toml(folder / "rules.toml"), agencies, places)
    return AgencyPlan(tuple(agencies.values()), rules)


def key(name: str) -> str:
    """A name without case, «ё» and punctuation: what two spellings of one name have in common."""
    return " ".join(words(fold(name)))


def unknown_names(plan: AgencyPlan, themes: Iterable[tuple[str, str]]) -> list[str]:
    """Groups and themes that the rules name and the classifier, given as (group, theme), does not have."""
    pairs = {(key(group), key(theme)) for group, theme in themes}
    groups = {group for group, _ in pairs}
    missing = set()
    for rule in plan.rules:
        if rule.group is not None and key(rule.group) not in groups:
            missing.add(rule.group)
        elif rule.group is not None and rule.theme is not None and (key(rule.group), key(rule.theme)) not in pairs:
            missing.add(f"{rule.group}: {rule.theme}")
    return sorted(missing)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadPlan(f"{path.name}: {error}") from error


def _places(municipalities: Sequence[Municipality]) -> dict[str, str]:
    """Key of a name or an official name → code."""
    places: dict[str, str] = {}
    for code, name, official in municipalities:
        for known in {key(name), key(official)} - {""}:
            if places.setdefault(known, code) != code:
                raise BadPlan(f"two municipalities are called {name}")
    return places


# Agencies


def _agencies(
    data: dict[str, Any], municipalities: Sequence[Municipality], places: Mapping[str, str]
) -> dict[str, PlannedAgency]:
    template = _table(data, OWN, {"code", "name", "short_name", "genitive"})
    own = [_administration(template, municipality) for municipality in municipalities]
    own_codes = {one.territory: one.code for one in own}
    listed = [_agency(entry, places, own_codes) for entry in _entries(data, "agency")]
    agencies: dict[str, PlannedAgency] = {}
    for agency in sorted([*own, *listed], key=lambda one: one.parent is not None):
        if agency.code in agencies:
            raise BadPlan(f"agency {agency.code} is given twice")
        agencies[agency.code] = _checked(agency, agencies)
    return agencies


def _agency(entry: dict[str, Any], places: Mapping[str, str], own_codes: Mapping[str | None, str]) -> PlannedAgency:
    code, name, short_name, kind = (_text(entry, field) for field in ("code", "name", "short_name", "kind"))
    _only(entry, {"code", "name", "short_name", "kind", "parent", "territory"}, code)
    if kind not in KINDS:
        raise BadPlan(f"agency {code}: no such kind: {kind}")
    territory = _place(entry["territory"], places, f"agency {code}") if "territory" in entry else None
    parent = _text(entry, "parent") if "parent" in entry else None
    if parent == OWN:
        if territory is None:
            raise BadPlan(f"agency {code} has no territory, so no administration above it")
        parent = own_codes[territory]
    return PlannedAgency(code, name, short_name, parent, territory, kind)


def _administration(template: dict[str, Any], municipality: Municipality) -> PlannedAgency:
    code, name, official = municipality
    irregular = template.get("genitive", {})
    values = {"code": code, "name": irregular.get(name) or genitive(name), "official": genitive(official or name)}
    try:
        made = [_text(template, field).format_map(values) for field in ("code", "name", "short_name")]
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise BadPlan(f"the template of administrations cannot be filled: {error!r}") from error
    return PlannedAgency(made[0], made[1], made[2], None, code, OWN)


def genitive(name: str) -> str:
    """«Абинский муниципальный район» → «Абинского муниципального района».

    Only adjectives before «район» or «округ» and that noun change; a name that follows it stays as it is, since
    documents write «муниципального округа город-курорт Анапа».
    """
    match = re.fullmatch(r"(?P<before>.*?)(?P<noun>район|округ)(?P<after>\b.*)", name, re.IGNORECASE)
    if not match:
        return name
    before = re.sub(r"(?:ий|ый|ой)\b(?!-)", "ого", match["before"])
    before = before[:1].lower() + before[1:] if key(before) in _COMMON else before
    return f"{before}{match['noun'].lower()}а{match['after']}"


_COMMON = frozenset({"муниципального", "городского"})


def _checked(agency: PlannedAgency, above: Mapping[str, PlannedAgency]) -> PlannedAgency:
    """The agency, if the tables can hold it and its parent is of level 1."""
    if not re.fullmatch(r"[a-z0-9-]{1,80}", agency.code):
        raise BadPlan(f"agency {agency.code!r}: a code is up to 80 of a–z, 0–9 and the hyphen")
    if agency.code == OWN:
        raise BadPlan(f"no agency may be called {OWN}")
    if len(agency.name) > 250 or len(agency.short_name) > 120:
        raise BadPlan(f"agency {agency.code}: the name is too long")
    if agency.parent is not None and (agency.parent not in above or above[agency.parent].parent is not None):
        raise BadPlan(f"agency {agency.code}: {agency.parent} is no agency of level 1")
    return agency


# Rules

_Subject = tuple[str | None, str | None]

_EVERYWHERE, _CLASS, _NAMED = range(3)
"""How precisely a rule of the file says where: the more precise one takes the place."""


@dataclass(frozen=True, slots=True)
class _Target:
    place: str | None
    agency: str
    precision: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a rule may refer to."""

    agencies: Mapping[str, PlannedAgency]
    own_codes: Mapping[str | None, str]
    places: Mapping[str, str]
    classes: Mapping[str, tuple[str, ...]]


def _rules(
    data: dict[str, Any], agencies: Mapping[str, PlannedAgency], places: Mapping[str, str]
) -> tuple[PlannedRule, ...]:
    own_codes = {one.territory: one.code for one in agencies.values() if one.kind == OWN}
    ground = _Ground(agencies, own_codes, places, _classes(data, places))
    chosen: dict[tuple[str, str, str | None], tuple[int, PlannedRule]] = {}
    for number, entry in enumerate(_entries(data, "rule"), start=1):
        title = f"rule {number} ({entry.get('group', 'any')})"
        targets = list(_targets(entry, ground, title))
        for group, theme in _subjects(entry, title):
            for target in targets:
                rule = PlannedRule(group, theme, target.place, target.agency, _note(entry, title))
                same = (key(group or ""), key(theme or ""), target.place)
                precision, _ = chosen.get(same, (-1, rule))
                if precision == target.precision:
                    raise BadPlan(f"{title}: {theme or 'the group'} at {target.place or 'the region'} is given twice")
                if precision < target.precision:
                    chosen[same] = (target.precision, rule)
    return tuple(rule for _, rule in chosen.values())


def _subjects(entry: dict[str, Any], title: str) -> list[_Subject]:
    _only(entry, {"group", "themes", "agency", "where", "by_place", "otherwise", "note"}, title)
    group = _text(entry, "group") if "group" in entry else None
    if "themes" not in entry:
        return [(group, None)]
    themes = _texts(entry["themes"], title)
    if group is None or not themes:
        raise BadPlan(f"{title}: themes need a group, and a list of themes is not empty")
    return [(group, theme) for theme in themes]


def _targets(entry: dict[str, Any], ground: _Ground, title: str) -> Iterator[_Target]:
    if ("agency" in entry) == ("by_place" in entry):
        raise BadPlan(f"{title}: either agency or by_place says who answers")
    if "by_place" in entry:
        for name, agency in _table(entry, "by_place").items():
            yield from _placed(name, agency, ground, title)
    elif "where" in entry:
        for name in _texts(entry["where"], title):
            yield from _placed(name, entry["agency"], ground, title)
    elif entry["agency"] == OWN:
        for code in ground.own_codes:
            yield _target(code, OWN, _EVERYWHERE, ground, title)
    else:
        yield _target(None, entry["agency"], _EVERYWHERE, ground, title)
    if "otherwise" in entry:
        yield _target(None, entry["otherwise"], _EVERYWHERE, ground, title)


def _placed(name: str, agency: object, ground: _Ground, title: str) -> Iterator[_Target]:
    """A municipality, or every one of a class."""
    if key(name) in ground.classes:
        for code in ground.classes[key(name)]:
            yield _target(code, agency, _CLASS, ground, title)
    else:
        yield _target(_place(name, ground.places, title), agency, _NAMED, ground, title)


def _target(place: str | None, agency: object, precision: int, ground: _Ground, title: str) -> _Target:
    code = ground.own_codes.get(place) if agency == OWN else agency
    if not isinstance(code, str) or code not in ground.agencies:
        raise BadPlan(f"{title}: no such agency: {agency!r}")
    territory = ground.agencies[code].territory
    if territory is not None and territory != place:
        raise BadPlan(f"{title}: {code} works in {territory}, not in {place or 'the region'}")
    return _Target(place, code, precision)


def _classes(data: dict[str, Any], places: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    classes = {}
    for name, members in _table(data, "classes").items():
        if key(name) in places:
            raise BadPlan(f"class {name} is also a municipality")
        classes[key(name)] = tuple(_place(member, places, f"class {name}") for member in _texts(members, name))
    return classes


def _note(entry: dict[str, Any], title: str) -> str:
    note = _text(entry, "note") if "note" in entry else ""
    if len(note) > 250:
        raise BadPlan(f"{title}: the note is too long")
    return note


# Reading


def _place(name: object, places: Mapping[str, str], title: str) -> str:
    code = places.get(key(name)) if isinstance(name, str) else None
    if code is None:
        raise BadPlan(f"{title}: no such municipality: {name!r}")
    return code


def _entries(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = data.get(name)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadPlan(f"[[{name}]] is missing")
    return entries


def _table(data: dict[str, Any], name: str, fields: set[str] | None = None) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise BadPlan(f"{name} is not a table")
    if fields is not None:
        _only(table, fields, name)
    return table


def _only(table: dict[str, Any], fields: set[str], title: str) -> None:
    if strange := table.keys() - fields:
        raise BadPlan(f"{title}: unknown fields: {', '.join(sorted(strange))}")


def _text(table: dict[str, Any], field: str) -> str:
    value = table.get(field)
    if not isinstance(value, str) or not value.strip():
        raise BadPlan(f"{table.get('code', table.get('group', 'an entry'))}: {field} is missing or no text")
    return value


def _texts(value: object, title: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadPlan(f"{title}: {value!r} is not a list of names")
    return value
