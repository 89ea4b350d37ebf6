"""The form of a network's two switches."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.admin.forms import Line
from otklik.desk.admin.late import Seen
from otklik.networks import legal


class NetworkForm(forms.Form):
    read = forms.BooleanField(
        label=gettext_lazy("Читать"),
        required=False,
        help_text=gettext_lazy("Сообщения этой сети попадают в систему. Без этого к ней не уходит ни одного запроса."),
    )
    speak = forms.BooleanField(
        label=gettext_lazy("Публиковать ответы"),
        required=False,
        help_text=gettext_lazy("Иначе одобренный ответ ждёт, пока его не опубликуют вручную или сеть не включат."),
    )
    reason = Line(
        gettext_lazy("Почему так решили"),
        300,
        required=False,
        hint=gettext_lazy("Например: заключение юриста от 12.03.2026 № 14. Останется в журнале."),
    )
    seen = Seen()

    def __init__(self, data: Any, kind: str) -> None:
        self.here = legal.allowed(kind)
        stands = {"read": self.here.read, "speak": self.here.speak, "seen": legal.seen(kind)}
        super().__init__(data, initial=stands)
        for name in ("read", "speak"):
            self.fields[name].widget.attrs["class"] = "form-check-input"

    def clean(self) -> dict[str, Any]:
        """To switch on takes a reason; to speak one must read: after an unclear answer of the network we look."""
        told = super().clean() or self.cleaned_data
        if told.get("speak") and not told.get("read"):
            self.add_error("read", _("Чтобы публиковать, нужно и читать: иначе не проверить, дошёл ли ответ."))
        wider = (told.get("read") and not self.here.read) or (told.get("speak") and not self.here.speak)
        if wider and not told.get("reason"):
            self.add_error("reason", _("Напишите, на каком основании сеть включают."))
        return told
