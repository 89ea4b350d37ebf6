"""The form of a card by hand."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from otklik.desk.admin.fields import choice
from otklik.desk.admin.forms import Line
from otklik.desk.format import network_title
from otklik.inbox.by_hand import Brought
from otklik.inbox.take_in import MAX_TEXT
from otklik.lib.pictures import NotAPicture, wash_upload
from otklik.lib.text import clean
from otklik.networks.registry import TITLES
from otklik.work.bringing import safe_link
from otklik.work.translated import translated


class BringForm(forms.Form):
    link = forms.CharField(
        label=_("Ссылка на сообщение"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "inputmode": "url"}),
        error_messages={
            "required": _("Вставьте ссылку из адресной строки."),
            "max_length": _("Ссылка слишком длинная."),
        },
    )
    text = forms.CharField(
        label=_("Что написал человек"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 7}),
        error_messages={"required": _("Вставьте текст сообщения.")},
    )
    author = Line(_("Как он подписан"), 200, required=False)
    picture = forms.FileField(
        label=_("Снимок экрана"),
        required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "image/*"}),
    )

    field_order = ("link", "network", "text", "author", "picture")

    def __init__(self, data: Any, files: Any = None, link: str = "") -> None:
        super().__init__(data, files, initial={"link": link})
        named = [("", _("по ссылке")), *((kind, network_title(kind)) for kind in TITLES)]
        self.fields["network"] = choice(_("Сеть"), named)
        self.fields["network"].required = False
        self.order_fields(self.field_order)

    def clean_link(self) -> str:
        link = safe_link(self.cleaned_data["link"])
        if not link:
            raise ValidationError(_("Это не ссылка: нужен адрес вида https://…"))
        return link

    def clean_text(self) -> str:
        text = clean(self.cleaned_data["text"]).strip()
        if not text:
            raise ValidationError(_("Вставьте текст сообщения."))
        return text

    def clean_picture(self) -> bytes:
        try:
            return wash_upload(self.cleaned_data.get("picture"))
        except NotAPicture as error:
            raise ValidationError(translated(str(error))) from error

    def message(self) -> Brought:
        names = ("network", "link", "text", "author", "picture")
        return Brought(**{name: self.cleaned_data[name] for name in names})
