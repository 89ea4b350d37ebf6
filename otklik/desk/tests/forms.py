"""Forms of the administrator's pages: what a kind of reference data has, and how its form is opened, confirmed, saved.

`$pumps`, `$pipe` and the like in an address or a field stand for the id of that row of the town, `$pk` for that of the
kind's own row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from string import Template as Holes
from typing import Any

from django.db.models import Model
from django.test import Client

from tests.make.town import Town

Fields = Mapping[str, Any]
"""What a form sends; None is a tick that is not set."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A form at `address` over the row that `make` makes: its fields as they stand, what the first editor changes and
    what the second, and what the second has to read beside a field. `verb`, `called`, `changes` and `words` are what
    the journal tells of the first change. `wrong` are fields by what is said of them; `new` are the further fields of
    the form at `adding`."""

    make: Callable[[Town], Model]
    address: str
    current: Fields
    first: Fields
    second: Fields
    now: str
    verb: str
    called: str = ""
    changes: Sequence[str] = ()
    words: str = ""
    wrong: Mapping[str, Sequence[Fields]] = field(default_factory=dict)
    adding: str = ""
    new: Fields = field(default_factory=dict)


def filled(fields: Fields, town: Town) -> dict[str, Any]:
    """The fields as they are sent."""
    sent = {name: one for name, one in fields.items() if one is not None}
    return {name: Holes(one).safe_substitute(_ids(town)) if isinstance(one, str) else one for name, one in sent.items()}


def place_of(address: str, town: Town, row: Model) -> str:
    return Holes(address).substitute(_ids(town), pk=row.pk)


def _ids(town: Town) -> dict[str, str]:
    names = ("water", "roads", "pumps", "pipe", "city", "village", "executor", "source")
    return {name: str(getattr(town, name).pk) for name in names} | {"homes": str(town.pipe.group_id)}


def all_rows(model: type[Model]) -> list[dict[str, Any]]:
    """What the database holds of this kind, but for what is sealed."""
    sealed = ("hook_secret", "options", "secret", "earlier")
    rows = model._default_manager.order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in sealed} for row in rows]


def seen(client: Client, address: str) -> str:
    """The mark that the form of a page carries: what its editor saw when he opened it."""
    mark: str = client.get(address).context["form"]["seen"].value()
    return mark


def confirm(client: Client, address: str, fields: dict[str, str]) -> None:
    """Be asked, and say yes at once to what the page told."""
    assert client.post(address, {**agreed(client, address, fields), "sure": "1"}).status_code == 302


def agreed(client: Client, address: str, fields: dict[str, str]) -> dict[str, str]:
    """What the page that asks sends along."""
    return {one.name: str(one.value) for one in client.post(address, fields).context["sure"].kept}


def save(client: Client, address: str, fields: Fields) -> Any:
    """Open the page and save at once, sure of it: nobody is in between."""
    return client.post(address, {**fields, "seen": seen(client, address), "sure": "1"})
