"""«Открытые данные»: whether everybody may read the region's figures, how few people are kept back, and the licence."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.editing import SEEN, Seen, edit, written
from otklik.desk.admin.fields import Whole, tick
from otklik.desk.admin.forms import Line
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.people.models import User
from otklik.reports import public as verbs
from otklik.reports.discretion import LEAST, MOST


class PublicForm(forms.Form):
    on = tick(
        gettext_lazy("Открыть страницу всем"),
        gettext_lazy("Только числа по муниципалитетам, темам и месяцам: ни текстов, ни имён, ни ссылок на карточки."),
    )
    least = Whole(
        gettext_lazy("Скрывать, если наблюдений меньше"),
        *(LEAST, MOST),
        hint=gettext_lazy("Чтобы по числам нельзя было узнать о ком-то одном."),
    )
    licence = Line(
        gettext_lazy("Условия использования"),
        200,
        required=False,
        hint=gettext_lazy("Например: CC BY 4.0. Эта строка стоит на странице и в файлах."),
    )
    seen = Seen()

    def __init__(self, data: Any, terms: verbs.Terms) -> None:
        initial = {"on": terms.on, "least": terms.least, "licence": terms.licence, "seen": verbs.seen(terms)}
        super().__init__(data, initial=initial)

    def terms(self) -> verbs.Terms:
        typed = self.cleaned_data
        return verbs.Terms(typed["on"], typed["least"], typed["licence"])


@require_http_methods(["GET", "HEAD", "POST"])
@administers("public")
def public(request: HttpRequest) -> HttpResponse:
    """422 where a field is wrong, 409 where somebody else saved meanwhile."""

    def save(_here: verbs.Terms, form: PublicForm, by: User, now: datetime) -> HttpResponse:
        changed = verbs.decide(form.terms(), form.cleaned_data[SEEN], by, now)
        return written(request, changed, reverse("admin-public"))

    words = _("Пока вы писали, это изменил кто-то ещё. Сверьте поля и сохраните снова.")
    return edit(request, verbs.current, PublicForm, _page, seen=verbs.seen, save=save, late=words)


def _page(request: HttpRequest, form: PublicForm, terms: verbs.Terms, status: int) -> HttpResponse:
    context = {"form": form, "terms": terms, "address": request.build_absolute_uri(reverse("public"))}
    return framed(request, "public", "desk/admin/public.html", {**context, "lines": lines_about(verbs.SUBJECT)}, status)
