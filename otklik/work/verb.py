"""What a verb is, and `perform`, the one way in which it is done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import PermissionDenied
from pydantic import BaseModel, ConfigDict

from otklik.incidents.cards import may_on
from otklik.incidents.models import Incident
from otklik.incidents.taking import must_not_be_anothers
from otklik.incidents.workflow import hold
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.publishing.models import Delivery
from otklik.work.undo import undoable


class Refused(Exception):
    """Nothing was done. `status` as HTTP has it, `words` in the reader's language, `field` is what to correct; `more`
    is what a program gets besides."""

    def __init__(self, status: int, words: str, field: str = "", **more: Any) -> None:
        super().__init__(words)
        self.status, self.words, self.field, self.more = status, words, field, more


class Input(BaseModel):
    """What is given to a verb. A name that nobody knows is refused: a misspelt one must not pass for an empty one."""

    model_config = ConfigDict(extra="forbid")


Thing = TypeVar("Thing")
G = TypeVar("G", bound=Input)


@dataclass(frozen=True, slots=True)
class Press(Generic[Thing]):
    """A verb being done: to what, on which card, by whom and when. `program`: he is the owner of a program's key, and
    has not seen the page himself. `batch` is the key by which it will be taken back, "" where it cannot be."""

    thing: Thing
    card: Incident
    by: User
    at: datetime
    program: bool = False
    batch: str = ""

    @property
    def actor(self) -> str:
        return f"user:{self.by.pk}"


def only_this_card(press: Press[Any], _data: Any) -> Iterable[Incident]:
    return (press.card,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb(Generic[Thing, G]):
    """`name` is that of the journal and of «вернуть»; one of `permissions` must reach the card.

    `alone`: a card that a colleague has before him is left to him. `undo`: it can be taken back for a few seconds, on
    all cards that it `touches`. `do` does it, inside `hold`, and raises what the layers below raise, or Refused.
    """

    name: str
    permissions: frozenset[Permission]
    schema: type[G]
    do: Callable[[Press[Thing], G], Any]
    alone: bool = False
    undo: bool = True
    touches: Callable[[Press[Thing], G], Iterable[Incident]] = only_this_card

    def allows(self, by: User, card: Incident) -> bool:
        """Whether his grants allow this verb on this card, whatever its state."""
        return may_on(by, card, self.permissions)


def card_of(thing: Any) -> Incident:
    """The card that the thing hangs on: a delivery by its answer, everything else by itself."""
    if isinstance(thing, Incident):
        return thing
    card: Incident = thing.answer.incident if isinstance(thing, Delivery) else thing.incident
    return card


class Done(NamedTuple):
    """`result` is what the verb has returned, `batch` the key by which it is taken back, "" where it cannot be;
    `touched` are the ids of the cards that it is taken back on."""

    result: Any
    batch: str = ""
    touched: tuple[int, ...] = ()


def perform(
    verb: Verb[Thing, G],
    thing: Thing,
    data: G,
    by: User,
    at: datetime,
    *,
    seen: Callable[[Incident], None] | None = None,
    program: bool = False,
    batch: str = "",
) -> Done:
    """Do it, all in one transaction, while nobody else changes the card. `seen` raises when the card is not as it was
    read. For a program nothing is kept for taking back: it has nobody to press the button. `batch` goes on with what
    was done before by the same press, to be taken back with it.

    Raises PermissionDenied, NotFree, what `seen` raises and what the verb raises.
    """
    card = card_of(thing)
    if not verb.allows(by, card):
        raise PermissionDenied
    press = Press(thing, card, by, at, program)
    kept = verb.undo and not program
    touched = list(verb.touches(press, data)) if kept else []
    with undoable(touched, verb.name, by, batch) if kept else hold(card.pk, savepoint=False) as undo:
        if undo:
            press = replace(press, batch=undo.key)
        if verb.alone:
            press = replace(press, card=must_not_be_anothers(card, by, at))
        if seen:
            seen(press.card)
        result = verb.do(press, data)
    return Done(result, press.batch, tuple(one.pk for one in touched))
