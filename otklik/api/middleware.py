"""In front of what programs ask: no cookies, the language that they name, and every error in one form."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from otklik.api import PREFIX, problem


class Programs:
    """Middleware, behind the number. A session opens nothing here: what a browser sends along by itself would let any
    page act in its user's name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        language = translation.get_language_from_request(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
            if response.status_code >= 400 and response.headers.get("Content-Type") != problem.TYPE:
                response = problem.instead_of(response)
        response.cookies.clear()
        response.headers.pop("Vary", None)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Language"] = language
        return response
