"""GET tells the tour of a page to whoever has not seen it; POST notes that it was seen, or that it is wanted again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.gate import permitted, user_of
from otklik.desk.models import Tour
from otklik.desk.shell import sections_for
from otklik.people.models import User


@dataclass(frozen=True, slots=True)
class Step:
    title: Any
    words: Any
    mark: str = ""


LAST = Step(
    _("Забыли, что где?"),
    _("Этот рассказ можно включить ещё раз в вашем меню. А клавиши страницы покажет знак вопроса: Shift и «/»."),
    ".user-menu > summary",
)

OPERATOR = (
    Step(
        _("Здесь всё, что пишут жители"),
        _("Одна строка — одна карточка. Новые приходят сами, сверху самые срочные. Обновлять страницу не нужно."),
        "#rows > .row, .states",
    ),
    Step(
        _("Тема и ведомство уже подсказаны"),
        _("Согласны — нажмите A или «Принять»: карточка уйдёт ведомству, и сразу выберется следующая."),
        '#rows [data-act="accept"] button, #rows .whose',
    ),
    Step(
        _("Реклама, спам, болтовня"),
        _("Нажмите X и цифру причины. Ничего не пропадает: из состояния «Не инцидент» карточку можно вернуть."),
        "#rows .noise-menu, .states",
    ),
    Step(
        _("Срок считается с первой минуты"),
        _("Справа видно, сколько осталось. Срок для человека не начинается заново, кому бы карточку ни передали."),
        "#rows .clock, .states",
    ),
    Step(
        _("Ошиблись — нажмите Z"),
        _("Десять секунд любое действие можно вернуть: карточка станет такой, как была."),
    ),
    Step(
        _("Что требует человека"),
        _("Если ответ не ушёл или сеть отказала, карточка ждёт вас в состоянии «Требует человека»."),
        ".states > summary",
    ),
    LAST,
)

EXECUTOR = (
    Step(
        _("Здесь работа вашего ведомства"),
        _("Сначала просроченное и то, что нужно сегодня. На каждой карточке сказано, чего от вас ждут и до когда."),
        ".ag-row, .ag-top",
    ),
    Step(
        _("Возьмите карточку себе"),
        _("Откройте её и пишите ответ. Текст сохраняется сам, даже если пропала связь или закрылась вкладка."),
        ".ag-acts .btn-primary, .ag-row, .ag-top",
    ),
    Step(
        _("Хороший ответ — три вещи"),
        _("Что сделано, кем и когда. Начать можно с шаблона: имя, адрес и срок подставятся из карточки."),
    ),
    Step(
        _("Не ваше — верните сразу"),
        _("Нажмите «Не наше» и причину: карточка вернётся оператору. Человека никуда отправлять не нужно."),
        ".ag-back, .ag-acts",
    ),
    Step(
        _("Ответ уходит после согласования"),
        _("Сам по себе он не опубликуется. Вернётся с замечанием — вы увидите его здесь, рядом с вашим текстом."),
    ),
    LAST,
)

APPROVER = (
    Step(
        _("Здесь ответы, которые ждут вас"),
        _("Слева слова человека, справа то, что ему ответят. Сверху те, у кого меньше времени."),
        ".ap-one, .ap-head",
    ),
    Step(
        _("Согласны — нажмите A"),
        _("Ответ уйдёт под комментарием человека не сразу: несколько секунд его ещё можно вернуть."),
        "[data-approve], .ap-keys",
    ),
    Step(
        _("Что-то не так — верните с замечанием"),
        _("Можно выделить слова в ответе и написать, что в них исправить. Исполнитель увидит это рядом с текстом."),
        ".ap-remark, .ap-keys",
    ),
    Step(
        _("На что смотреть"),
        _("Сказано ли, что, кто и когда. Не видны ли всем адрес и телефон человека. Не отсылают ли его куда-то ещё."),
        "[data-text], .ap-one",
    ),
    LAST,
)

TOURS: dict[str, tuple[Step, ...]] = {"/queue/": OPERATOR, "/agency/": EXECUTOR, "/approvals/": APPROVER}
"""The page it belongs to → its steps. The page's address is also the name by which it is remembered as seen."""


@require_GET
@permitted()
def tour(request: HttpRequest) -> HttpResponse:
    """The tour of `page` as a fragment; 204 when there is none, it is not this user's, or he has seen it."""
    user, page = user_of(request), request.GET.get("page", "")
    if not is_for(user, page) or has_seen(user, page):
        return HttpResponse(status=204)
    return render(request, "desk/tour/_tour.html", {"steps": TOURS[page], "page": page})


@require_POST
@permitted()
def seen(request: HttpRequest) -> HttpResponse:
    """It was closed or read to its end."""
    user, page = user_of(request), request.POST.get("page", "")
    if is_for(user, page):
        mark_seen(user, page)
    return HttpResponse(status=204)


@require_POST
@permitted()
def again(request: HttpRequest) -> HttpResponse:
    """«Показать ещё раз»: the tour of the page one is on, else of the first page of one's own that has one."""
    user, page = user_of(request), request.POST.get("page", "")
    own = [section.address for section in sections_for(user) if section.address in TOURS]
    wanted = page if page in own else next(iter(own), "")
    if not wanted:
        return redirect("home")
    forget_seen(user, wanted)
    return redirect(wanted)


def is_for(user: User, page: str) -> bool:
    """Whether this page has a tour and is one of the user's sections."""
    return page in TOURS and any(section.address == page for section in sections_for(user))


def has_seen(user: User, page: str) -> bool:
    seen = Tour.objects.filter(user=user).values_list("seen", flat=True).first()
    return page in (seen or [])


def mark_seen(user: User, *pages: str) -> None:
    """These tours are not shown to him again; without pages none is."""
    _change(user, add=set(pages or TOURS))


def forget_seen(user: User, page: str) -> None:
    """The tour of this page is shown once more."""
    _change(user, drop={page})


def _change(user: User, add: Iterable[str] = (), drop: Iterable[str] = ()) -> None:
    with transaction.atomic():
        tour, _fresh = Tour.objects.select_for_update().get_or_create(user=user)
        kept = {page for page in tour.seen if isinstance(page, str)} if isinstance(tour.seen, list) else set()
        Tour.objects.filter(pk=tour.pk).update(seen=sorted(kept.union(add).difference(drop)))
