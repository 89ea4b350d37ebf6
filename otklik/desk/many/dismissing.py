"""Many cards: not an incident, for one reason."""

from dataclasses import dataclass
from typing import Any, Self

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.many.base import Act, Call, Unready, wrong_state
from otklik.incidents.models import Incident, NoiseReason
from otklik.incidents.workflow import MOVES
from otklik.people.models import User
from otklik.work.cards import DISMISS, Dismissal


@dataclass(slots=True)
class Dismissing(Act):
    """The clocks stop, and go on where they were if a card comes back."""

    reason: NoiseReason

    key = "noise"
    title = gettext_lazy("Не инцидент")
    icon = "ban"
    move = "dismiss"

    @classmethod
    def choices(cls, user: User) -> dict[str, Any]:
        return {"reasons": NoiseReason.choices}

    @classmethod
    def read(cls, given: QueryDict, user: User) -> Self:
        reason = given.get("reason", "")
        if reason not in NoiseReason.values:
            raise Unready("reason", _("Укажите, почему это не инцидент."))
        return cls(NoiseReason(reason))

    def obstacle(self, card: Incident) -> str:
        return wrong_state(card, MOVES["dismiss"].before)

    def outcome(self, card: Incident) -> str:
        return str(self.reason.label)

    def press(self, card: Incident) -> Call:
        return Call(DISMISS, Dismissal(reason=self.reason.value))
