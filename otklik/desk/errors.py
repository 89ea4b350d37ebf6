"""Error pages in plain words, each with what to do. None of them touches the database or the session."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


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
    return _page(
        request,
        500,
        _("Что-то сломалось у нас"),
        _(
            "Ошибка записана. Обновите страницу через минуту; если не помогло, сообщите администратору, "
            "что вы делали и во сколько."
        ),
    )


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
    )


def _page(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"error": title, "words": words}, status=status)
    # Rendered without the request: no context processor may ask a database that perhaps is what failed.
    told = {
        "title": title,
        "words": words,
        "status": status,
        "training": settings.MODE == "demo",
        "sandbox_address": settings.SANDBOX_ADDRESS,
    }
    return HttpResponse(render_to_string("desk/errors/page.html", told), status=status)
