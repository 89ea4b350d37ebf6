"""Forms of sources: a list of communities or words to look for, and what is said of one source."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.admin.editing import Seen
from otklik.desk.admin.fields import choice
from otklik.desk.admin.forms import Line, Pick, place_choices
from otklik.desk.admin.source_list import LONGEST, MOST_LINES, NotAList, cells_of, lines_of
from otklik.desk.format import network_title
from otklik.networks.models import Account, Source
from otklik.networks.reading import SourceInput, seen
from otklik.networks.registry import NETWORKS
from otklik.places.models import Place

MOST_NAMED = 5
GUESTS = {"": None, "yes": True, "no": False}
_KINDS = (Source.Kind.OWN, Source.Kind.FOREIGN, Source.Kind.SEARCH)


def municipalities(here: Place | None = None) -> dict[int, Place]:
    places = Place.objects.filter(Q(level=Place.Level.MUNICIPALITY) | Q(pk=here.pk if here else None))
    return {place.pk: place for place in places}


class AddForm(forms.Form):
    """What is to be read, by which account. `addresses` are (external id, link) of the places that were understood."""

    pasted = forms.CharField(
        label=gettext_lazy("Адреса сообществ или слова для поиска"),
        required=False,
        max_length=LONGEST * MOST_LINES,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy("По одному на строке, не больше тысячи."),
        error_messages={"max_length": gettext_lazy("Слишком длинно: вставьте список по частям.")},
    )
    table = forms.FileField(
        label=gettext_lazy("Или таблица XLSX"),
        required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".xlsx"}),
        help_text=gettext_lazy("Прочтём первый лист: берём все ячейки, в которых стоит адрес сообщества."),
    )

    field_order = ("account", "kind", "pasted", "table", "place")

    def __init__(self, data: Any, files: Any = None) -> None:
        super().__init__(data, files)
        known = Account.objects.filter(active=True, network__in=NETWORKS).defer("options", "hook_secret")
        self.accounts = {one.pk: one for one in known.order_by("network", "title")}
        self.places = municipalities()
        self.addresses: list[tuple[str, str]] = []
        named = [("", _("выберите")), *((pk, _called(one)) for pk, one in self.accounts.items())]
        self.fields["account"] = Pick(_("Чьими ключами читать"), named, True)
        self.fields["kind"] = choice(_("Что это"), [(kind.value, str(kind.label)) for kind in _KINDS])
        self.fields["place"] = Pick(_("Где живут их люди"), place_choices(self.places, _("весь регион")), False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Each line as the account's network calls the place. From a table only what is an address is taken."""
        cleaned_data = super().clean() or self.cleaned_data
        account, kind = self.accounts.get(cleaned_data.get("account") or 0), cleaned_data.get("kind")
        if account is None or not kind:
            return cleaned_data
        network = NETWORKS[account.network]
        if kind not in network.reads:
            self.add_error("kind", _("Этого в сети «%s» читать нельзя.") % network_title(account.network))
            return cleaned_data
        lines = lines_of(cleaned_data.get("pasted") or "")
        strange = [line for line in lines if not self._take(network.place_id(line), line, kind)]
        if strange:
            words = _("Не разобрать: %s. Поправьте или уберите эти строки.")
            self.add_error("pasted", words % ", ".join(strange[:MOST_NAMED]))
        for cell in self._cells(cleaned_data.get("table")):
            if "/" in cell:
                self._take(network.place_id(cell), cell, kind)
        if not self.addresses and not self.errors:
            self.add_error("pasted", _("Вставьте хотя бы один адрес."))
        return cleaned_data

    def _take(self, external_id: str, line: str, kind: str) -> bool:
        """For a search the words themselves are the place."""
        place = line if kind == Source.Kind.SEARCH else external_id
        if place:
            self.addresses.append((place[:250], line[:500] if "/" in line else ""))
        return bool(place)

    def _cells(self, table: Any) -> list[str]:
        if table is None:
            return []
        try:
            return cells_of(table.read())
        except NotAList:
            self.add_error("table", _("Это не таблица XLSX, или она слишком велика. Сохраните её заново."))
            return []

    def account(self) -> Account:
        return self.accounts[self.cleaned_data["account"]]

    def place(self) -> Place | None:
        return self.places.get(self.cleaned_data["place"] or 0)


def _called(account: Account) -> str:
    return f"{network_title(account.network)}: {account.title}"


class SourceForm(forms.Form):
    """What is said of one source."""

    title = Line(gettext_lazy("Название"), 200, hint=gettext_lazy("Так источник называется в списках и на карточках."))
    seen = Seen()

    field_order = ("title", "place", "guests")

    def __init__(self, data: Any, here: Source) -> None:
        guests = next(word for word, may in GUESTS.items() if may is here.guests_may_speak)
        initial = {"title": here.title, "place": here.place_id, "guests": guests, "seen": seen(here)}
        super().__init__(data, initial=initial)
        self.places = municipalities(here.place)
        self.fields["place"] = Pick(_("Где живут его люди"), place_choices(self.places, _("весь регион")), False)
        words = [("", _("неизвестно")), ("yes", _("отвечают")), ("no", _("не отвечают: публикуем вручную"))]
        self.fields["guests"] = forms.ChoiceField(
            label=_("Гости там"), choices=words, required=False, widget=forms.Select(attrs={"class": "form-select"})
        )
        self.order_fields(self.field_order)

    def as_input(self) -> SourceInput:
        place = self.places.get(self.cleaned_data["place"] or 0)
        return SourceInput(self.cleaned_data["title"], place, GUESTS[self.cleaned_data["guests"]])
