"""Where a reader stands in a list, as a word that only we can write.

Lists go by the card's last change, the oldest first: each change gives a card the number of its journal entry, and the
journal's writers take turns, so no number comes in behind one that was read. Whoever comes again with his last cursor
therefore gets everything that has changed since, some of it more than once and nothing never.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from otklik.api.problem import Problem
from otklik.publishing.models import Epoch
from otklik.publishing.restored import FIRST

_SALT = "otklik.api.cursor"


@dataclass(frozen=True, slots=True)
class Place:
    """Behind the card `card` as of `revision`; in lists of what hangs on cards, behind its row `row`."""

    revision: int = 0
    card: int = 0
    row: int = 0


def read(raw_cursor: str | None, question: Mapping[str, object]) -> Place:
    """The place; the beginning where none is given. `question` is what was asked beside it.

    Raises Problem 400 for what we did not write, for another question's, and for one of before a restore: what was read
    then may not be there any more.
    """
    if not raw_cursor:
        return Place()
    try:
        payload = _signer().unsign_object(raw_cursor)
        place, asked, epoch = Place(*map(int, payload["at"])), payload["of"], payload["epoch"]
    except (BadSignature, ValueError, KeyError, TypeError, UnicodeError):
        raise Problem(400, _("Это не наш курсор: передайте тот, что пришёл в прошлом ответе.")) from None
    if asked != _mark(question):
        raise Problem(400, _("Курсор от другого списка или отбора: начните без курсора."))
    if epoch != _epoch():
        raise Problem(400, _("База восстановлена из копии: прочитайте список сначала, без курсора."))
    return place


def write(place: Place, question: Mapping[str, object]) -> str:
    payload = {"at": [place.revision, place.card, place.row], "of": _mark(question), "epoch": _epoch()}
    return _signer().sign_object(payload)


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")


def _mark(question: Mapping[str, object]) -> str:
    conditions = {name: value for name, value in question.items() if value is not None}
    return hashlib.sha256(json.dumps(conditions, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _epoch() -> int:
    """When this life of the database began, 0 for the first, which gets its row with the first delivery. Two restores
    of one copy are two lives, so its number would not tell."""
    latest = Epoch.objects.order_by("-pk").values_list("words", "began_at").first()
    return int(latest[1].timestamp() * 1000) if latest is not None and latest[0] != FIRST else 0
