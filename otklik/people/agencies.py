"""Verbs of an agency: add, change, move under another parent, close, open again. Each is one journal row.

Nothing is deleted: cards and figures go on naming an agency that is closed. What cards and rules it has, this layer
does not know: whoever closes one has looked at that before, in the same turn.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Substr

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.lib.text import fold
from otklik.people.models import Agency, Grant, User
from otklik.people.seen import before, check_seen, mark, turned
from otklik.places.models import Place

_write = partial(book.write_deed, "agency")
_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_ENGLISH = "a b v g d e e zh z i y k l m n o p r s t u f h ts ch sh sch _ y _ e yu ya"
_LATIN = dict(zip(_RUSSIAN, _ENGLISH.split(" "), strict=True))
_CODE_LENGTH = 60
_ROOM = 12  # what a new id takes in a path: it is not known before the row is there


@dataclass(frozen=True, slots=True)
class AgencyInput:
    """What is said of an agency; `territory` None is the whole region."""

    name: str
    short_name: str
    territory: Place | None = None


def subtree(agency: Agency) -> QuerySet[Agency]:
    """The agency and everything below it."""
    return Agency.objects.filter(path__startswith=agency.path)


def people_in(agency: Agency) -> QuerySet[User]:
    """Active users with a grant for the agency or something below it."""
    within = Grant.objects.filter(agency__path__startswith=agency.path)
    return User.objects.filter(is_active=True, pk__in=within.values("user"))


def add(agency_input: AgencyInput, parent: Agency | None, by: User, at: datetime) -> Agency:
    """A new agency, with a code made of its short name. Raises Refused: "inactive", "deep", "name" (it is taken)."""
    with book.turn():
        above = _fresh_parent(parent)
        _check_name(agency_input.short_name)
        if above is not None and len(above.path) + _ROOM > _path_length():
            raise Refused("deep")
        agency = Agency.objects.create(
            parent=above,
            code=_free_code(agency_input.short_name),
            name=agency_input.name,
            short_name=agency_input.short_name,
            territory=agency_input.territory,
        )
        _write("agency.add", agency, by, at, {"parent": above.pk if above else 0})
    return agency


def seen(agency: Agency) -> str:
    """The mark of what `change` changes."""
    return mark(agency.name, agency.short_name, agency.territory_id)


def change(agency: Agency, agency_input: AgencyInput, was_seen: str, by: User, at: datetime) -> bool:
    """Other names or another territory: nobody's sight of cards changes by that. Whether anything changed.

    Raises Refused: "overtaken" (it is not what was seen), "name" (another open agency is called so).
    """
    with book.turn():
        here = Agency.objects.select_related("territory").get(pk=agency.pk)
        check_seen(seen(here), was_seen)
        if AgencyInput(here.name, here.short_name, here.territory) == agency_input:
            return False
        if here.active and fold(agency_input.short_name) != fold(here.short_name):
            _check_name(agency_input.short_name, here.pk)
        Agency.objects.filter(pk=agency.pk).update(
            name=agency_input.name, short_name=agency_input.short_name, territory=agency_input.territory
        )
        data: dict[str, object] = {"territory": agency_input.territory.pk if agency_input.territory else 0}
        was = before({"territory": here.territory_id or 0}, data)
        words = turned((here.short_name, agency_input.short_name), (here.name, agency_input.name))
        _write("agency.edit", agency, by, at, {**data, **({"before": was} if was else {})}, words)
    return True


def place_seen(agency: Agency) -> str:
    """The mark of what `move` changes."""
    return mark(agency.parent_id)


def move(agency: Agency, parent: Agency | None, was_seen: str, by: User, at: datetime) -> None:
    """Put it with all below it under another parent; None is the top. All paths change in one transaction.

    Raises Refused: "overtaken" (it is not where it was seen), "inside_itself", "same", "inactive" (the parent is
    closed), "deep".
    """
    with book.turn():
        here = Agency.objects.get(pk=agency.pk)
        check_seen(place_seen(here), was_seen)
        above = _fresh_parent(parent)
        if above is not None and above.path.startswith(here.path):
            raise Refused("inside_itself")
        if here.parent_id == (above.pk if above else None):
            raise Refused("same")
        old, new = here.path, f"{above.path if above else '/'}{here.pk}/"
        longest = max(len(path) for path in subtree(here).values_list("path", flat=True))
        if longest - len(old) + len(new) > _path_length():
            raise Refused("deep")
        Agency.objects.filter(pk=here.pk).update(parent=above)
        subtree(here).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
        data = {"from": here.parent_id or 0, "to": above.pk if above else 0}
        _write("agency.move", here, by, at, data)


def close(agency: Agency, by: User, at: datetime) -> None:
    """It is offered no more. Raises Refused: "people", "children" (still open), "late" (closed already)."""
    with book.turn():
        here = Agency.objects.get(pk=agency.pk)
        if people_in(here).exists():
            raise Refused("people")
        if subtree(here).filter(active=True).exclude(pk=here.pk).exists():
            raise Refused("children")
        if not Agency.objects.filter(pk=here.pk, active=True).update(active=False):
            raise Refused("late")
        _write("agency.close", here, by, at)


def reopen(agency: Agency, by: User, at: datetime) -> None:
    """Raises Refused: "inactive" (its parent is closed), "late" (open already), "name" (another has its name now)."""
    with book.turn():
        _fresh_parent(agency.parent)
        _check_name(Agency.objects.get(pk=agency.pk).short_name, agency.pk)
        if not Agency.objects.filter(pk=agency.pk, active=False).update(active=True):
            raise Refused("late")
        _write("agency.reopen", agency, by, at)


def _fresh_parent(parent: Agency | None) -> Agency | None:
    """The parent as it stands now: its path may have changed while somebody looked at the page."""
    if parent is None:
        return None
    above = Agency.objects.get(pk=parent.pk)
    if not above.active:
        raise Refused("inactive")
    return above


def _check_name(short_name: str, pk: int = 0) -> None:
    """Two open agencies of one name could not be told apart in any list."""
    names = Agency.objects.filter(active=True).exclude(pk=pk).values_list("short_name", flat=True)
    if fold(short_name) in map(fold, names):
        raise Refused("name")


def _path_length() -> int:
    return int(Agency._meta.get_field("path").max_length or 0)


def _free_code(name: str) -> str:
    """«Водоканал» → «vodokanal», with a number behind it when that is taken."""
    letters = "".join(_LATIN.get(letter, letter) for letter in name.lower())
    plain = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in letters.replace("_", ""))
    stem = "-".join(plain.split())[:_CODE_LENGTH].strip("-") or "agency"
    taken = set(Agency.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 1
    while (code := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return code
