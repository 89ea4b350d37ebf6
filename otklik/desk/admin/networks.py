"""«Сети»: which networks may be read and answered in here, what the law says of each, and who has decided."""

from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.editing import SEEN, Seen, edit, written
from otklik.desk.admin.forms import Line
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.format import network_title
from otklik.networks import legal
from otklik.networks.legal import Allowed
from otklik.networks.registry import NETWORKS
from otklik.people.models import User
from otklik.work.translated import translated


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
        initial = {"read": self.here.read, "speak": self.here.speak, "seen": legal.seen(kind)}
        super().__init__(data, initial=initial)
        for name in ("read", "speak"):
            self.fields[name].widget.attrs["class"] = "form-check-input"

    def clean(self) -> dict[str, Any]:
        """To switch on takes a reason; to speak one must read: after an unclear answer of the network we look."""
        cleaned_data = super().clean() or self.cleaned_data
        if cleaned_data.get("speak") and not cleaned_data.get("read"):
            self.add_error("read", _("Чтобы публиковать, нужно и читать: иначе не проверить, дошёл ли ответ."))
        wider = (cleaned_data.get("read") and not self.here.read) or (cleaned_data.get("speak") and not self.here.speak)
        if wider and not cleaned_data.get("reason"):
            self.add_error("reason", _("Напишите, на каком основании сеть включают."))
        return cleaned_data


class Row(NamedTuple):
    """`why` is what the law says against it."""

    kind: str
    title: str
    allowed: Allowed
    why: str


@require_safe
@administers("networks")
def networks(request: HttpRequest) -> HttpResponse:
    """One query beside the frame's."""
    allowed = legal.all_allowed()
    rows = [_row(kind, allowed[kind]) for kind in NETWORKS]
    return framed(request, "networks", "desk/admin/networks.html", {"rows": rows})


def _row(kind: str, allowed: Allowed) -> Row:
    law = NETWORKS[kind].law
    return Row(kind, network_title(kind), allowed, translated(law.why))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("networks")
def network(request: HttpRequest, kind: str) -> HttpResponse:
    """The two switches of one network. Switching on wants a reason; the journal remembers who."""
    if kind not in NETWORKS:
        raise Http404

    def save(here: str, form: NetworkForm, by: User, now: datetime) -> HttpResponse:
        typed = form.cleaned_data
        changed = legal.decide(here, typed["read"], typed["speak"], typed["reason"], typed[SEEN], by, now)
        return written(request, changed, reverse("admin-networks"))

    words = _("Пока вы писали, сеть переключил кто-то ещё. Сверьте поля и сохраните снова.")
    return edit(request, lambda: kind, NetworkForm, _page, seen=legal.seen, save=save, late=words)


def _page(request: HttpRequest, form: NetworkForm, kind: str, status: int) -> HttpResponse:
    context = {"form": form, "row": _row(kind, legal.allowed(kind)), "lines": lines_about(f"network:{kind}")}
    return framed(request, "networks", "desk/admin/network.html", context, status)
