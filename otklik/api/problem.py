"""Why nothing was done, as RFC 9457 has it: `application/problem+json`, with the number that stands in the log."""

import json
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.lib import trail

TYPE = "application/problem+json"
TITLES = {
    400: gettext_lazy("Запрос не получилось понять"),
    401: gettext_lazy("Нужен действующий ключ"),
    403: gettext_lazy("Этому ключу сюда нельзя"),
    404: gettext_lazy("Такого нет"),
    405: gettext_lazy("Так не спрашивают"),
    409: gettext_lazy("Уже не так"),
    413: gettext_lazy("Слишком много сразу"),
    415: gettext_lazy("Не тот вид данных"),
    422: gettext_lazy("Так не подойдёт"),
    429: gettext_lazy("Слишком часто"),
    500: gettext_lazy("Что-то сломалось у нас"),
    503: gettext_lazy("Система сейчас не может записать или прочитать"),
}
DETAILS = {
    400: gettext_lazy("В адресе, заголовках или теле запроса что-то не так."),
    401: gettext_lazy("Передайте его в заголовке Authorization: Bearer. Отозванный и просроченный ключ не действует."),
    403: gettext_lazy("У владельца ключа нет права на это действие."),
    404: gettext_lazy("Такого адреса или объекта нет, или он открыт не владельцу ключа."),
    405: gettext_lazy("По этому адресу есть другие методы, они названы в заголовке Allow."),
    409: gettext_lazy("Пока вы готовили запрос, это изменили. Прочитайте ещё раз и решите заново."),
    413: gettext_lazy("Тело запроса больше 256 КБ."),
    415: gettext_lazy("Тело запроса должно быть application/json."),
    422: gettext_lazy("В полях запроса есть то, чего сделать нельзя."),
    429: gettext_lazy("Подождите, сколько сказано в заголовке Retry-After, и повторите."),
    500: gettext_lazy("Ошибка записана. Назовите администратору её номер."),
    503: gettext_lazy("Ничего не изменено. Повторите через минуту с тем же ключом повтора."),
}
OF_THE_BODY = ("content-type", "content-length", "content-encoding", "etag", "last-modified")
"""Headers of somebody else's error that do not go on with ours; all others do, those of the policy of content too."""


class Problem(Exception):
    """Nothing was done. `detail` is for people, in the reader's language; `more` are further members of the answer."""

    def __init__(self, status: int, detail: str = "", headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(f"{status} {detail}")
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more


def answer(problem: Problem) -> HttpResponse:
    """The response. `number` is what the administrator finds it by in the log."""
    fields = {
        "type": "about:blank",
        "title": str(TITLES.get(problem.status, _("Не получилось"))),
        "status": problem.status,
        "detail": problem.detail or str(DETAILS.get(problem.status, "")),
        "number": trail.number(),
        **problem.more,
    }
    body = json.dumps(fields, ensure_ascii=False)
    return HttpResponse(body, status=problem.status, content_type=TYPE, headers=problem.headers)


def instead_of(response: Any) -> HttpResponse:
    """The same error as a problem, whoever made it: the pages' own are for people."""
    kept = {name: value for name, value in response.headers.items() if name.lower() not in OF_THE_BODY}
    return answer(Problem(response.status_code, headers=kept))
