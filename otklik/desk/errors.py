"""Error pages in plain words, each with what to do. None of them touches the database or the session.

A page that a person may have to ask about carries the number by which its lines in the log are found.
"""

import errno
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from otklik.lib import trail

TRY_AGAIN_SECONDS = "10"
_NUMBERED = (400, 500, 503)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        400,
        _("Запрос не получилось понять"),
        _("В адресе или в отправленной форме что-то не так. Вернитесь назад и попробуйте ещё раз."),
    )


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        403,
        _("Сюда вам нельзя"),
        _("Для этой страницы или действия нужна другая роль. Если она вам положена, попросите администратора."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        404,
        _("Такой страницы нет"),
        _("Её нет, или она открыта не вам: например, карточку передали другому ведомству. Проверьте адрес."),
    )


def factor_first(request: HttpRequest) -> HttpResponse:
    """For whoever must have a second factor and has none: nothing was done."""
    return _page(
        request,
        403,
        _("Сначала второй фактор"),
        _("Для вашей роли он обязателен. Откройте главную страницу и настройте его: ничего не было изменено."),
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """For allauth: so many forms a minute from one address that nobody types them by hand."""
    return _page(
        request,
        429,
        _("Слишком часто"),
        _("С вашего адреса приходит слишком много запросов. Подождите минуту и попробуйте снова."),
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Whatever nobody has caught. What only has to be waited for says so by 503: nothing is wrong with the request."""
    if _passes(sys.exc_info()[1]):
        return _unavailable(request)
    return _page(
        request,
        500,
        _("Что-то сломалось у нас"),
        _(
            "Ошибка записана. Обновите страницу через минуту; если не помогло, назовите администратору номер ошибки "
            "и скажите, что вы делали."
        ),
    )


def _passes(error: BaseException | None) -> bool:
    """Whether the database is away, locked or full, or the disk is full."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return full or isinstance(error, OperationalError | InterfaceError)


def _unavailable(request: HttpRequest) -> HttpResponse:
    page = _page(
        request,
        503,
        _("Система сейчас не может записать или прочитать"),
        _(
            "База данных не отвечает, или на диске кончилось место. Ничего не было изменено. Подождите минуту и "
            "повторите; если не помогло, назовите администратору номер ошибки."
        ),
    )
    page.headers["Retry-After"] = TRY_AGAIN_SECONDS
    return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For CSRF_FAILURE_VIEW: mostly a page that stood open for a day, or blocked cookies."""
    return _page(
        request,
        403,
        _("Страница устарела"),
        _(
            "Она слишком долго была открыта, или браузер не принимает cookie. Вернитесь назад, обновите страницу "
            "и повторите действие: ничего не было изменено."
        ),
        numbered=True,
    )


def _page(request: HttpRequest, status: int, title: str, words: str, *, numbered: bool = False) -> HttpResponse:
    number = trail.number() if numbered or status in _NUMBERED else ""
    if request.headers.get("Accept", "").startswith("application/json"):
        told = {"error": title, "words": words} | ({"number": number} if number else {})
        return JsonResponse(told, status=status)
    # Rendered without the request: no context processor may ask a database that perhaps is what failed.
    shown = {
        "title": title,
        "words": words,
        "status": status,
        "number": number,
        "training": settings.MODE == "demo",
        "sandbox_address": settings.SANDBOX_ADDRESS,
    }
    return HttpResponse(render_to_string("desk/errors/page.html", shown), status=status)
