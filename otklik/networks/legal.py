"""Legal switches: may a network be read here, may anything be published in it, and who has decided so.

Without a decision the network's own `law` holds. What is off makes no request: `access_to` refuses.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, Subquery

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Law
from otklik.networks.errors import SwitchedOff
from otklik.networks.models import LegalSwitch, Source
from otklik.networks.registry import NETWORKS, title_of
from otklik.people.models import User
from otklik.people.seen import check_seen, mark


class Allowed(NamedTuple):
    """What may be done in a network; `decided` is the administrator's row, None where nobody has decided."""

    read: bool
    speak: bool
    decided: LegalSwitch | None = None


NOTHING = Allowed(False, False)


def allowed(network: str) -> Allowed:
    """One query. A network that is not there may do nothing."""
    decided = LegalSwitch.objects.select_related("by").filter(network=network).first()
    return _allowed(network, decided)


def all_allowed(networks: Iterable[str] = NETWORKS) -> dict[str, Allowed]:
    """The same for many networks; one query."""
    decided = {one.network: one for one in LegalSwitch.objects.select_related("by")}
    return {network: _allowed(network, decided.get(network)) for network in networks}


def _allowed(network: str, decided: LegalSwitch | None) -> Allowed:
    if network not in NETWORKS:
        return NOTHING
    if decided is not None:
        return Allowed(decided.read, decided.speak and decided.read, decided)
    law = NETWORKS[network].law
    return Allowed(law.read, law.speak and law.read)


def check_read(network: str) -> None:
    """Raises SwitchedOff where the network may not be read."""
    if not allowed(network).read:
        raise SwitchedOff(
            _("Сеть «%(title)s» выключена: её включает администратор на странице «Сети»") % {"title": title_of(network)}
        )


def decided_read(network: str) -> Subquery:
    """An administrator's word on reading, as `decided_speak`."""
    return Subquery(LegalSwitch.objects.filter(network=OuterRef(network)).values("read")[:1])


def may_read(network: str, decided: bool | None) -> bool:
    """Whether the network may be read, by what `decided_read` gave."""
    law = NETWORKS[network].law if network in NETWORKS else Law(False, False)
    return law.read if decided is None or network not in NETWORKS else decided


def decided_speak(network: str) -> Subquery:
    """An administrator's word on answering, beside rows whose field `network` names the network; None: no word."""
    return Subquery(LegalSwitch.objects.filter(network=OuterRef(network)).values("speak")[:1])


def may_speak(network: str, decided: bool | None) -> bool:
    """Whether an answer may go out, by what `decided_speak` gave."""
    law = NETWORKS[network].law if network in NETWORKS else Law(False, False)
    return law.speak if decided is None else decided


def check_speak(network: str) -> None:
    """Raises SwitchedOff where nothing may be published."""
    if not allowed(network).speak:
        raise SwitchedOff(silent(network))


def silent(network: str) -> str:
    """Why nothing goes out, and what to do."""
    return _("Публикация в сети «%(title)s» выключена: ответьте вручную или попросите администратора включить") % {
        "title": title_of(network)
    }


def seen(network: str) -> str:
    """The mark of what `decide` changes."""
    here = allowed(network)
    return mark(here.read, here.speak)


def decide(network: str, read: bool, speak: bool, reason: str, was_seen: str, by: User, at: datetime) -> bool:
    """An administrator's word; whether anything changed. Nothing that waits is lost by it: it waits on, or goes on.

    Raises Refused "overtaken" when it is not what was seen, "no_reason" when something is switched on without one.
    """
    with book.turn():
        check_seen(seen(network), was_seen)
        here = allowed(network)
        speak = speak and read
        if (read, speak) == (here.read, here.speak):
            return False
        if ((read and not here.read) or (speak and not here.speak)) and not reason.strip():
            raise Refused("no_reason")
        columns = {"read": read, "speak": speak, "by": by, "at": at, "reason": reason}
        LegalSwitch.objects.update_or_create(network=network, defaults=columns)
        was = {"read": here.read, "speak": here.speak}
        data = {"network": network, "read": read, "speak": speak, "before": was}
        book.write(
            at=at, actor=f"user:{by.pk}", verb="network.decide", subject=f"network:{network}", data=data, words=reason
        )
        if read:
            Source.objects.filter(network=network, active=True).update(due_at=at)
    return True
