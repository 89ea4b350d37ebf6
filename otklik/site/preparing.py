"""The site of a demonstration whose region is still being loaded: it answers «готовится…» to everybody but networks.

`otklik demo` names a file in the environment of the site that it starts; as long as the file is there the region is
not. A site that is started in any other way knows of none.
"""

import os
from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

VARIABLE = "OTKLIK_PREPARING"
AGAIN = 5  # seconds
_PAGE = """<!doctype html><html lang="ru"><meta charset="utf-8"><meta http-equiv="refresh" content="{again}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<h1>{title}</h1><p>{words}</p></html>"""


class Preparing:
    """Middleware. 503 with Retry-After: a page that comes again by itself, or a problem (RFC 9457) for a program."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        named = os.environ.get(VARIABLE, "")
        self.file = Path(named) if named else None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A network asks our hook for its confirmation code while we are being subscribed.
        if self.file is None or request.path.startswith("/hooks/"):
            return self.get_response(request)
        if not self.file.exists():
            self.file = None
            return self.get_response(request)
        title, words = _("Отклик готовится…"), _("Загружаем учебный регион. Страница откроется сама.")
        if request.path.startswith("/api/"):
            problem = {"type": "about:blank", "title": title, "status": 503, "detail": words}
            response: HttpResponse = JsonResponse(problem, status=503, content_type="application/problem+json")
        else:
            page = _PAGE.format(again=AGAIN, title=title, words=words)
            response = HttpResponse(page, status=503)
        response.headers["Retry-After"] = str(AGAIN)
        vars(response)["_has_been_logged"] = True  # nothing is wrong: the log need not say so each time
        return response
