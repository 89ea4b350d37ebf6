"""«Проверка текста»: how often each rule found something in answers that were sent on, and what people made of it.

A rule that most writers dismiss is wrong, or is not understood: the administrator sees which.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from otklik.answers.models import Answer, Flaw
from otklik.desk.admin.frame import administers, framed
from otklik.desk.gate import integer, user_of
from otklik.lib import clock
from otklik.people.permissions import Permission
from otklik.people.scope import scope_of

DAYS = (30, 90, 365)
USUAL = 90
LEAST = 20
"""Answers with a finding, below which a share of dismissals says nothing."""
DOUBTED = 0.5
TITLES: Mapping[str, object] = {
    "formal": gettext_lazy("Отписка"),
    "no_date": gettext_lazy("Нет дня"),
    "no_doer": gettext_lazy("Не сказано, кто делает"),
    "explained": gettext_lazy("Закрыто без решения и без причины"),
    "empty": gettext_lazy("Ничего не сказано"),
    "phone_only": gettext_lazy("Телефон вместо ответа"),
    "rate_unsolved": gettext_lazy("Просьба об оценке там, где не решено"),
    "question": gettext_lazy("Вопрос, который ничего не спрашивает"),
    "repeated": gettext_lazy("Тот же ответ ещё раз"),
    "greeting": gettext_lazy("Приветствие"),
    "wrong_name": gettext_lazy("Имя"),
    "gender": gettext_lazy("Род"),
    "too_long": gettext_lazy("Слишком длинно"),
    "parts": gettext_lazy("Уйдёт по частям"),
    "network": gettext_lazy("Сеть не примет"),
    "link": gettext_lazy("Ссылки"),
    "personal": gettext_lazy("Личные данные"),
    "anger": gettext_lazy("Упрёк или крик"),
    "caps": gettext_lazy("Заглавные буквы"),
    "law_name": gettext_lazy("Закон с номером"),
    "long_sentence": gettext_lazy("Длинное предложение"),
    "chain": gettext_lazy("Цепочка причастий или существительных"),
    "officialese": gettext_lazy("Канцелярит"),
    "print": gettext_lazy("Знаки и «ё»"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: answers in which it found something, in how many somebody did not agree, it was mended after it had
    been sent on, or an approver let a stop out. `doubted`: half or more did not agree, and there are enough of them."""

    title: str
    count: int
    dismissed: int
    mended: int
    let_out: int
    doubted: bool


@require_safe
@administers("templates")
def wording_page(request: HttpRequest) -> HttpResponse:
    """Of what was sent on in the last so many days, within the administrator's reach. Two queries beside the frame."""
    asked, now = integer(request.GET.get("days")), clock.now()
    days = asked if asked in DAYS else USUAL
    scope, since = scope_of(user_of(request), Permission.TUNE), now - timedelta(days=days)
    answers = Answer.objects.filter(copy_of__isnull=True, submitted_at__gte=since)
    flaws = Flaw.objects.filter(found_at__gte=since)
    if not scope.whole:
        answers, flaws = answers.filter(agency__in=scope.agencies()), flaws.filter(answer__agency__in=scope.agencies())
    context = {
        "rows": rows_of(flaws),
        "answers": answers.count(),
        "least": LEAST,
        "periods": [(one, _("%d дней") % one, one == days) for one in DAYS],
    }
    return framed(request, "templates", "desk/admin/wording.html", context)


def rows_of(flaws: QuerySet[Flaw]) -> list[Row]:
    """The rules that found most come first. One query."""
    counted = (
        flaws.order_by()
        .values("rule")
        .annotate(
            found=Count("answer", distinct=True),
            dismissed=Count("answer", distinct=True, filter=Q(dismissed_at__isnull=False)),
            mended=Count("answer", distinct=True, filter=Q(version__lt=F("answer__version"), dismissed_at=None)),
            let_out=Count("answer", distinct=True, filter=~Q(reason="")),
        )
        .order_by("-found", "rule")
    )
    return [
        Row(
            title=str(TITLES.get(one["rule"], one["rule"])),
            count=one["found"],
            dismissed=one["dismissed"],
            mended=one["mended"],
            let_out=one["let_out"],
            doubted=one["found"] >= LEAST and one["dismissed"] >= DOUBTED * one["found"],
        )
        for one in counted
    ]
