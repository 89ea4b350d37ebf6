"""Many cards: one tag put on, or taken off."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.many.base import Act, Call, Unready
from otklik.incidents.models import Incident, Tag
from otklik.incidents.tagging import find_tag, known_tags, tag_name
from otklik.people.models import User
from otklik.work import cards as verbs

MOST_OFFERED = 200


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
    def read(cls, given: QueryDict, user: User) -> Self:
        name, off = tag_name(given.get("name", "")), given.get("off") == "1"
        if not name:
            raise Unready("name", _("Напишите метку: одно или несколько слов."))
        found = find_tag(name)
        if off and found is None:
            raise Unready("name", _("Такой метки ни на одной карточке нет."))
        return cls(found.name if found else name, found, off)

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
