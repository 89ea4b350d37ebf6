"""The form of another program's subscription."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.admin.editing import Seen
from otklik.desk.admin.forms import MOST_TYPED, Line, Pick, agency_choices
from otklik.lib.text import clean
from otklik.notify.hooks import kinds
from otklik.notify.hooks.keeping import LONGEST, HookInput, seen, trouble_with
from otklik.notify.hooks.models import Kind, Subscription
from otklik.people.models import Agency

_TROUBLE = {
    "shape": gettext_lazy("На адрес не похоже. Пример: https://pos.example.ru/otklik"),
    "https": gettext_lazy("Адрес должен начинаться с https://: иначе вызов прочтёт любой по дороге."),
    "inside": gettext_lazy(
        "Этот адрес ведёт во внутреннюю сеть. Если так и нужно, добавьте её в OTKLIK_HOOKS_INSIDE и перезапустите."
    ),
}


class Address(Line):
    """`Line` would take links out of what was typed."""

    def to_python(self, value: Any) -> str:
        return clean(str(value or "")[:MOST_TYPED]).replace("\ufffd", " ").strip()


class HookForm(forms.Form):
    """Whom to tell, what, and of whose cards."""

    name = Line(gettext_lazy("Название"), 120, hint=gettext_lazy("Так программа называется здесь, например «ПОС»."))
    address = Address(gettext_lazy("Адрес"), LONGEST, hint=gettext_lazy("Куда присылать вызовы, начиная с https://."))
    seen = Seen()

    def __init__(self, data: Any, here: Subscription | None = None) -> None:
        initial: dict[str, Any] = {"kinds": list(kinds.KINDS)}
        if here is not None:
            own = {"name": here.name, "address": here.address, "kinds": list(here.kinds), "agency": here.agency_id}
            initial = own | {"seen": seen(here)}
        super().__init__(data, initial=initial)
        self.here = here
        open_ones = Agency.objects.filter(Q(active=True) | Q(pk=here.agency_id if here else None))
        self.agencies = {one.pk: one for one in open_ones}
        self.fields["agency"] = Pick(_("Чьи карточки"), agency_choices(self.agencies, _("всего региона")), False)
        self.fields["kinds"] = forms.MultipleChoiceField(
            label=_("О чём сообщать"),
            choices=[(kind, str(Kind(kind).label)) for kind in kinds.KINDS],
            error_messages={"required": _("Отметьте хотя бы одно.")},
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        )

    def clean_address(self) -> str:
        """Looked at anew only where it changes: a name that does not resolve today keeps nobody from renaming."""
        address = str(self.cleaned_data["address"])
        changed = self.here is None or address != self.here.address
        if changed and (code := trouble_with(address)):
            raise forms.ValidationError(_TROUBLE[code])
        return address

    def as_input(self) -> HookInput:
        data = self.cleaned_data
        return HookInput(data["name"], data["address"], data["kinds"], self.agencies.get(data["agency"] or 0))
