"""Error pages in plain words, each with what happened, the way back, and the search and the rail for who is signed in.

Who that is may be asked only where the database is not what failed; a page that cannot be drawn so is drawn bare, which
touches neither the database nor the session. One that a person may have to ask about carries the number by which its
lines in the log are found.
"""

import errno
import logging
import sys
from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.utils.log import log_response
from django.utils.translation import gettext as _

from otklik.lib import trail
from otklik.lib.database import is_away
from otklik.reports.cards import BeingFolded, at_once
from otklik.reports.folding import progress

TRY_AGAIN_SECONDS, FOLDED_SECONDS = "10", "5"
_NUMBERED = (400, 500, 503)
log = logging.getLogger(__name__)


class Words:
    """Middleware, behind the one that says who asks: a browser that is refused without a word gets its page.

    And nobody who waits for a page waits for figures to be counted card by card.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with at_once():
            response = self.get_response(request)
        if response.status_code == 405 and "text/html" in request.headers.get("Accept", ""):
            page = not_so(request)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return being_folded(request) if isinstance(exception, BeingFolded) else None


def being_folded(request: HttpRequest) -> HttpResponse:
    """For figures that can be shown whole in a while; the page asks again by itself."""
    done = progress()
    page = _page(
        request,
        503,
        _("Сводки строятся: %(done)d %%") % {"done": done},
        _(
            "Система складывает карточки по месяцам, чтобы показывать числа сразу. Пока не готово, чисел нет: неполные "
            "были бы неверными. Ничего нажимать не нужно, страница откроется сама."
        ),
        numbered=False,
        done=done,
    )
    page.headers["Retry-After"] = page.headers["Refresh"] = FOLDED_SECONDS
    log_response("figures are being folded: %s", request.path, response=page, request=request, logger=log, level="info")
    return page


def not_so(request: HttpRequest) -> HttpResponse:
    """For an address that only a form is sent to, opened by hand or reloaded; and the other way round."""
    return _page(
        request,
        405,
        _("Так эта страница не открывается"),
        _("По этому адресу только отправляют форму: например, его открыли из истории. Ничего не было изменено."),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return _page(request, 413, *_too_much())
    return _page(
        request,
        400,
        _("Запрос не получилось понять"),
        _("В адресе или в отправленной форме что-то не так. Вернитесь назад и попробуйте ещё раз."),
    )


def refused_unread() -> str:
    """The bare page of a form that is so large that the server does not even read it."""
    title, words = _too_much()
    return _bare({"title": title, "words": words, "status": 413, "number": "", "back": ""})


def _too_much() -> tuple[str, str]:
    words = _("Отправлено больше, чем эта страница принимает. Вернитесь и отправьте меньше или по частям.")
    return _("Слишком много сразу"), words


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
        framed=False,
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
    return full or is_away(error)


def _unavailable(request: HttpRequest) -> HttpResponse:
    """What was typed comes back with the page, to be sent once more: the browser's way back may have lost it."""
    page = _page(
        request,
        503,
        _("Система сейчас не может записать или прочитать"),
        _(
            "База данных занята или не отвечает, или на диске кончилось место. Ничего не было изменено. Подождите "
            "минуту и повторите; если не помогло, назовите администратору номер ошибки."
        ),
        framed=False,
        sent=_sent(request),
    )
    page.headers["Retry-After"] = TRY_AGAIN_SECONDS
    return page


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form, in their order; none of one with files, which a page cannot bring back, or with a
    password."""
    if request.method != "POST" or request.FILES or request.path_info.startswith("/accounts/"):
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values]


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


def _page(
    request: HttpRequest,
    status: int,
    title: str,
    words: str,
    *,
    numbered: bool | None = None,
    framed: bool = True,
    sent: Sequence[tuple[str, str]] = (),
    done: int | None = None,
) -> HttpResponse:
    """`numbered` None: as it is with this status. `sent` are fields of a form that may be sent once more. `done`, in
    per cent, is of what only has to be waited for: it stands there as a bar, and neither a code nor a field that the
    next look would empty."""
    number = trail.number() if (status in _NUMBERED if numbered is None else numbered) else ""
    if request.headers.get("Accept", "").startswith("application/json"):
        payload = {"error": title, "words": words} | ({"number": number} if number else {})
        return JsonResponse(payload, status=status)
    shown = {"title": title, "words": words, "status": status, "number": number, "done": done, "back": _back(request)}
    shown |= {"sent": sent, "path": escape_leading_slashes(request.get_full_path())}
    page = _in_frame(request, shown) if framed else ""
    return HttpResponse(page or _bare(shown), status=status)


def _back(request: HttpRequest) -> str:
    """Where he came from, if that is a page of ours and another one."""
    came = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came, {request.get_host()} if came else set(), request.is_secure())
    return came if ours and came != request.build_absolute_uri() else ""


def _in_frame(request: HttpRequest, shown: dict[str, object]) -> str:
    """With the bar, the search and the rail for who is signed in; "" where nobody is or the frame cannot be drawn."""
    if request.headers.get("X-Fragment"):
        return ""
    try:
        user = getattr(request, "user", None)
        return render_to_string("desk/errors/framed.html", shown, request) if user and user.is_authenticated else ""
    except Exception:  # whatever failed may fail here again: the bare page is left
        log.warning("an error page was drawn without its frame", exc_info=True)
        return ""


def _bare(shown: dict[str, object]) -> str:
    # Rendered without the request: no context processor may ask a database that perhaps is what failed.
    place = {"training": settings.MODE == "demo", "sandbox_address": settings.SANDBOX_ADDRESS}
    return render_to_string("desk/errors/page.html", shown | place)
