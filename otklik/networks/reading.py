"""Verbs of a source: add, change, switch off and on, read again. Each is one journal row of ids and codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.lib.sentence import Sentence as _
from otklik.networks.errors import NeedsPerson
from otklik.networks.models import Account, Source
from otklik.people.models import User
from otklik.people.seen import check_seen, mark, turned
from otklik.places.models import Place

_write = partial(book.write_deed, "source")


@dataclass(frozen=True, slots=True)
class SourceInput:
    """What is said of a source. `guests_may_speak` None: nobody has tried yet."""

    title: str
    place: Place | None = None
    guests_may_speak: bool | None = None


def add(
    account: Account, kind: str, places: Sequence[tuple[str, str]], at_place: Place | None, by: User, at: datetime
) -> tuple[int, int]:
    """Read these places, (external id, link) each, with the tokens of this account; how many are new, and how many were
    read already. The first look is due at once."""
    typed = [one for one, _url in places]
    there = Source.objects.filter(network=account.network, kind=kind).order_by()
    known = set(there.filter(external_id__in=typed).values_list("external_id", flat=True))
    known |= set(there.filter(name__in=typed).values_list("name", flat=True))
    fresh = {external_id: url for external_id, url in places if external_id not in known}
    with book.turn():
        for external_id, url in fresh.items():
            source, made = Source.objects.get_or_create(
                network=account.network,
                kind=kind,
                external_id=external_id,
                defaults={"title": external_id[:200], "url": url, "account": account, "place": at_place, "due_at": at},
            )
            if made:
                data = {"network": account.network, "kind": kind, "account": account.pk}
                _write("source.add", source, by, at, data, external_id)
    return len(fresh), len({external_id for external_id, _url in places}) - len(fresh)


def seen(source: Source) -> str:
    """The mark of what `change` changes."""
    return mark(source.title, source.place_id, source.guests_may_speak)


def change(source: Source, source_input: SourceInput, was_seen: str, by: User, at: datetime) -> bool:
    """Another title, place, or word on guests; whether anything changed. Raises Refused "overtaken"."""
    with book.turn():
        here = Source.objects.only("title", "place", "guests_may_speak").get(pk=source.pk)
        check_seen(seen(here), was_seen)
        if (here.title, here.place, here.guests_may_speak) == (
            source_input.title,
            source_input.place,
            source_input.guests_may_speak,
        ):
            return False
        Source.objects.filter(pk=source.pk).update(
            title=source_input.title, place=source_input.place, guests_may_speak=source_input.guests_may_speak
        )
        data = {
            "place": source_input.place.pk if source_input.place else 0,
            "guests": _guests(source_input.guests_may_speak),
        }
        _write("source.edit", source, by, at, data, turned((here.title, source_input.title)))
    return True


def settle(source: Source, place: str, at: datetime) -> None:
    """The network calls this place so: by its number, or by another one since it has moved. Inside `book.turn()`.

    What a person called it stays as its name. Raises NeedsPerson when another source reads that place already.
    """
    twin = Source.objects.filter(network=source.network, kind=source.kind, external_id=place).first()
    if twin is not None:
        raise NeedsPerson(_("Это место уже есть среди источников: «%(title)s». Этот выключите") % {"title": twin.title})
    name = source.name or source.external_id
    Source.objects.filter(pk=source.pk).update(external_id=place, name=name)
    data = {"network": source.network, "kind": source.kind}
    book.write(
        at=at,
        actor="machine:reading",
        verb="source.settle",
        subject=f"source:{source.pk}",
        data=data,
        words=turned((source.external_id, place)),
    )


def _guests(may: bool | None) -> str:
    return "" if may is None else "yes" if may else "no"


def switch_off(source: Source, by: User, at: datetime) -> None:
    """It is not read any more. Raises Refused "late": it is off already."""
    with book.turn():
        if not Source.objects.filter(pk=source.pk, active=True).update(active=False, due_at=None):
            raise Refused("late")
        _write("source.off", source, by, at)


def switch_on(source: Source, by: User, at: datetime) -> None:
    """It is read again from where it was. Raises Refused "late": it is on already."""
    with book.turn():
        if not Source.objects.filter(pk=source.pk, active=False).update(active=True):
            raise Refused("late")
        _begin(source, at)
        _write("source.on", source, by, at)


def read_now(source: Source, by: User, at: datetime) -> None:
    """A person wants it read at once, whatever it waits for. Raises Refused "late": it is off."""
    with book.turn():
        if not Source.objects.filter(pk=source.pk, active=True).exists():
            raise Refused("late")
        _begin(source, at)
        _write("source.read", source, by, at)


def _begin(source: Source, at: datetime) -> None:
    Source.objects.filter(pk=source.pk).update(due_at=at, set_aside_at=None, error="", failures=0, claims=0)
