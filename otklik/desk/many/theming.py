"""Many cards that agencies have already: another theme. A new card gets its theme together with its agency."""

from dataclasses import dataclass
from typing import Self

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.gate import integer
from otklik.desk.many.assigning import theme_in_force
from otklik.desk.many.base import Act, Call, Unready, wrong_state
from otklik.incidents.models import Incident, State
from otklik.people.models import User
from otklik.routing.theming import THEMED
from otklik.themes.models import Theme
from otklik.work import assigning


@dataclass(slots=True)
class Theming(Act):
    """The clocks keep their start; a theme with another norm moves their limit."""

    theme: Theme

    key = "theme"
    title = gettext_lazy("Сменить тему")
    icon = "edit"
    move = "assign"

    @classmethod
    def read(cls, given: QueryDict, user: User) -> Self:
        theme = theme_in_force(integer(given.get("theme")))
        if theme is None:
            raise Unready("theme", _("Выберите тему."))
        return cls(theme)

    def obstacle(self, card: Incident) -> str:
        if card.state == State.NEW:
            return _("ещё не разобраны: тему им ставят вместе с ведомством")
        if card.theme_id == self.theme.pk:
            return _("тема уже такая")
        return wrong_state(card, THEMED)

    def outcome(self, card: Incident) -> str:
        return f"{card.theme.name} → {self.theme.name}" if card.theme else self.theme.name

    def press(self, card: Incident) -> Call:
        return Call(assigning.SET_THEME, assigning.Theming(theme=self.theme.pk))
