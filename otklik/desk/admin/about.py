"""«О чём»: one list of groups with their themes, where a form asks for a matter; and what such a choice means."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.themes.keeping import in_force
from otklik.themes.models import Theme, ThemeGroup


class Matters:
    """Groups and themes in force, read in one query. A choice is "g5" or "t7", "" for every matter.

    `also` is a theme that is offered although it has been retired: a rule may still name it.
    """

    def __init__(self, also: int | None = None) -> None:
        offered = in_force(timezone.localdate()) | Q(pk=also)
        themes = Theme.objects.filter(offered).select_related("group").order_by("group__name", "name")
        self.themes = {theme.pk: theme for theme in themes}
        self.groups = {theme.group_id: theme.group for theme in self.themes.values()}

    def choices(self, everything: Any) -> list[tuple[Any, Any]]:
        """For a select: each group as a heading over itself and its themes."""
        heads: dict[int, list[tuple[str, str]]] = {
            pk: [(f"g{pk}", str(_("вся группа «%s»") % group.name))] for pk, group in self.groups.items()
        }
        for theme in self.themes.values():
            heads[theme.group_id].append((f"t{theme.pk}", theme.name))
        return [("", everything), *((self.groups[pk].name, own) for pk, own in heads.items())]

    def read(self, value: str) -> tuple[Theme | None, ThemeGroup | None]:
        """(theme, group) of a choice; at most one of them."""
        kind, digits = value[:1], value[1:]
        pk = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else 0
        if kind == "t":
            return self.themes.get(pk), None
        return None, self.groups.get(pk) if kind == "g" else None


class MatterField(forms.ChoiceField):
    def __init__(self, label: Any, matters: Matters, everything: Any, hint: Any = "") -> None:
        super().__init__(
            label=label,
            choices=matters.choices(everything),
            required=False,
            help_text=hint,
            error_messages={"invalid_choice": _("Такого в списке нет. Выберите ещё раз.")},
            widget=forms.Select(attrs={"class": "form-select"}),
        )


def code_of(theme: int | None, group: int | None) -> str:
    """The choice that stands for a theme or a group."""
    return f"t{theme}" if theme else f"g{group}" if group else ""
