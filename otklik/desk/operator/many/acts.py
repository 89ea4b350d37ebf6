"""Acts over many cards, and all of them in the order of their buttons. A new one is a class and a line here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.gate import integer
from otklik.desk.operator.many.answering import Answering
from otklik.desk.operator.many.assigning import Assigning, theme_in_force
from otklik.desk.operator.many.base import Act, Call, Unready, wrong_state
from otklik.incidents.cards import may_move, visible_to
from otklik.incidents.gathering import OVER, WORKING, older_first
from otklik.incidents.models import CloseReason, Incident, NoiseReason, State, Tag
from otklik.incidents.tagging import find_tag, known_tags, tag_name
from otklik.incidents.workflow import MOVES
from otklik.people.models import User
from otklik.routing.theming import THEMED
from otklik.themes.models import Theme
from otklik.work import assigning
from otklik.work import cards as verbs
from otklik.work.cards import DISMISS, Dismissal
from otklik.work.matters import GATHER, Repeat
from otklik.work.models import Undoable

MOST_STEPS = 20
MOST_OFFERED = 200


@dataclass(slots=True)
class Theming(Act):
    """The clocks keep their start; a theme with another norm moves their limit."""

    theme: Theme

    key = "theme"
    title = gettext_lazy("Сменить тему")
    icon = "edit"
    move = "assign"

    @classmethod
    def read(cls, form_data: QueryDict, user: User) -> Self:
        theme = theme_in_force(integer(form_data.get("theme")))
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


@dataclass(slots=True)
class Tagging(Act):
    """In any state: a tag moves nothing. `tag` is None for one that does not exist yet."""

    name: str
    tag: Tag | None
    off: bool
    _tagged: set[int] = field(default_factory=set)

    key = "tag"
    title = gettext_lazy("Метка")
    icon = "tag"
    move = "assign"
    alone = False

    @classmethod
    def choices(cls, user: User) -> dict[str, Any]:
        return {"tags": known_tags(user, "", MOST_OFFERED)}

    @classmethod
    def read(cls, form_data: QueryDict, user: User) -> Self:
        name, off = tag_name(form_data.get("name", "")), form_data.get("off") == "1"
        if not name:
            raise Unready("name", _("Напишите метку: одно или несколько слов."))
        tag = find_tag(name)
        if off and tag is None:
            raise Unready("name", _("Такой метки ни на одной карточке нет."))
        return cls(tag.name if tag else name, tag, off)

    def prepare(self, cards: Sequence[Incident], at: datetime) -> None:
        links = Incident.tags.through.objects.filter(incident__in=[card.pk for card in cards], tag=self.tag)
        self._tagged = set(links.values_list("incident_id", flat=True)) if self.tag else set()

    def obstacle(self, card: Incident) -> str:
        if self.off:
            return "" if card.pk in self._tagged else _("такой метки на них нет")
        return _("метка уже стоит") if card.pk in self._tagged else ""

    def outcome(self, card: Incident) -> str:
        return _("снять метку «%s»") % self.name if self.off else _("метка «%s»") % self.name

    def press(self, card: Incident) -> Call:
        if self.off and self.tag is not None:
            return Call(verbs.UNTAG, verbs.Untagging(tag=self.tag.pk))
        return Call(verbs.TAG, verbs.Tagging(tag=self.name))


@dataclass(slots=True)
class Gathering(Act):
    """`into` is the card that goes on; when an older one is gathered with it, that one goes on from there."""

    into: Incident

    key = "repeat"
    title = gettext_lazy("Повтор другой карточки")
    icon = "copy"
    move = "close_unanswered"

    @classmethod
    def read(cls, form_data: QueryDict, user: User) -> Self:
        number = integer(form_data.get("number", "")[:20].strip().lstrip("№# "))
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
        params = {"number": self.into.number}
        if self._older(card):
            return _("написаны раньше № %(number)d: останется самая ранняя, а № %(number)d станет её повтором") % params
        return _("повтор карточки № %(number)d: жители получат её ответ") % params

    def press(self, card: Incident) -> Call:
        return Call(GATHER, Repeat(number=self.into.number))

    def finish(self, result: Incident, row: Undoable) -> bool:
        self.into = result
        return False

    def _older(self, card: Incident) -> bool:
        return older_first(self.into, card)[0].pk == card.pk


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
    def read(cls, form_data: QueryDict, user: User) -> Self:
        reason = form_data.get("reason", "")
        if reason not in NoiseReason.values:
            raise Unready("reason", _("Укажите, почему это не инцидент."))
        return cls(NoiseReason(reason))

    def obstacle(self, card: Incident) -> str:
        return wrong_state(card, MOVES["dismiss"].before)

    def outcome(self, card: Incident) -> str:
        return str(self.reason.label)

    def press(self, card: Incident) -> Call:
        return Call(DISMISS, Dismissal(reason=self.reason.value))


ACTS: dict[str, type[Act]] = {act.key: act for act in (Assigning, Dismissing, Gathering, Answering, Theming, Tagging)}


def _alive(card: Incident | None, user: User) -> Incident | None:
    """The card that a gathered one lives on in: what is gathered with it goes there too."""
    seen = visible_to(user).select_related("agency", "place")
    for _step in range(MOST_STEPS):
        if card is None or card.close_reason != CloseReason.GATHERED or card.answered_with_id is None:
            break
        card = seen.filter(pk=card.answered_with_id).first()
    return card
