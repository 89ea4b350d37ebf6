"""Many cards about one matter: their messages come together on one card, and each author gets its answer."""

from dataclasses import dataclass
from typing import Self

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.gate import integer
from otklik.desk.many.base import Act, Call, Unready, wrong_state
from otklik.incidents.cards import may_move, visible_to
from otklik.incidents.gathering import OVER, WORKING, older_first
from otklik.incidents.models import CloseReason, Incident, State
from otklik.people.models import User
from otklik.work.matters import GATHER, Repeat
from otklik.work.models import Undoable

MOST_STEPS = 20


@dataclass(slots=True)
class Gathering(Act):
    """`into` is the card that goes on; when an older one is gathered with it, that one goes on from there."""

    into: Incident

    key = "repeat"
    title = gettext_lazy("Повтор другой карточки")
    icon = "copy"
    move = "close_unanswered"

    @classmethod
    def read(cls, given: QueryDict, user: User) -> Self:
        number = integer(given.get("number", "")[:20].strip().lstrip("№# "))
        if not 0 < number < 2**31:
            raise Unready("number", _("Напишите номер карточки, которую они повторяют."))
        into = _alive(visible_to(user).select_related("agency", "place").filter(number=number).first(), user)
        if into is None:
            raise Unready("number", _("Карточки № %d нет, или она вам не видна. Проверьте номер.") % number)
        if not may_move(user, into, cls.move):
            raise Unready("number", _("Карточку № %d вам менять нельзя: выберите другую.") % number)
        if into.state in OVER:
            words = _("Карточка № %d уже закрыта: откройте её снова или выберите другую.")
            raise Unready("number", words % into.number)
        return cls(into)

    def obstacle(self, card: Incident) -> str:
        if card.pk == self.into.pk:
            return _("это она и есть")
        if self._older(card) and self.into.state not in WORKING:
            return _("написаны раньше, а та уже с ответом: повтором она не станет")
        return wrong_state(card, [State(state) for state in WORKING])

    def outcome(self, card: Incident) -> str:
        told = {"number": self.into.number}
        if self._older(card):
            return _("написаны раньше № %(number)d: останется самая ранняя, а № %(number)d станет её повтором") % told
        return _("повтор карточки № %(number)d: жители получат её ответ") % told

    def press(self, card: Incident) -> Call:
        return Call(GATHER, Repeat(number=self.into.number))

    def finish(self, result: Incident, row: Undoable) -> bool:
        self.into = result
        return False

    def _older(self, card: Incident) -> bool:
        return older_first(self.into, card)[0].pk == card.pk


def _alive(card: Incident | None, user: User) -> Incident | None:
    """The card that a gathered one lives on in: what is gathered with it goes there too."""
    seen = visible_to(user).select_related("agency", "place")
    for _step in range(MOST_STEPS):
        if card is None or card.close_reason != CloseReason.GATHERED or card.answered_with_id is None:
            break
        card = seen.filter(pk=card.answered_with_id).first()
    return card
