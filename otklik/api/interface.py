"""The whole interface: its parts, and what is answered when something is wrong."""

import json
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from otklik.answers.drafts import Stale
from otklik.api import PREFIX, acts, files, reading  # noqa: F401 they add their addresses
from otklik.api.documented import finished, translated
from otklik.api.problem import Problem, answer
from otklik.api.routes import router
from otklik.feedback.closing import Unready
from otklik.work.verb import Refused
from otklik.work.words import CONFLICTS, against

DEEPEST = 20


class Strict(Parser):
    """No NaN, no name twice in one object, no depth that a hostile body would bring the reader down with."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises ValueError or RecursionError, which ninja answers with 400."""
        payload = json.loads(request.body.decode(), parse_constant=_refused, object_pairs_hook=_once)
        if not isinstance(payload, dict) or _depth(payload) > DEEPEST:
            raise ValueError("not an object, or too deep")
        return payload


api = NinjaAPI(title="Отклик", version="1", docs_url=None, openapi_url=None, urls_namespace="api", parser=Strict())
api.add_router("", router)


@api.exception_handler(Problem)
def _problem(_request: HttpRequest, error: Problem) -> HttpResponse:
    return answer(error)


@api.exception_handler(AuthenticationError)
def _unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return answer(Problem(401, headers={"WWW-Authenticate": 'Bearer realm="otklik"'}))


@api.exception_handler(HttpError)
def _unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(Problem(error.status_code))


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which fields, and by what code; never what was sent."""
    wrong = [{"at": list(one["loc"]), "code": one["type"]} for one in error.errors[:20]]
    fields = ", ".join(dict.fromkeys(str(one["at"][-1])[:60] for one in wrong))
    return answer(Problem(422, _("Проверьте поля: %s.") % fields, errors=wrong))


@api.exception_handler(Http404)
def _missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return answer(Problem(404))


@api.exception_handler(PermissionDenied)
def _denied(_request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
    return answer(Problem(403))


@api.exception_handler(Unready)
def _unready(_request: HttpRequest, _error: Unready) -> HttpResponse:
    return answer(Problem(422, _("У карточки нет типа или итога: без них её не закрыть.")))


def _conflict(_request: HttpRequest, error: Any) -> HttpResponse:
    status, words = against(error)
    more: dict[str, Any] = {"version": error.theirs.version} if isinstance(error, Stale) else {}
    if isinstance(error, Refused):
        more = error.more | ({"errors": [{"at": ["body", error.field], "code": "unknown"}]} if error.field else {})
    return answer(Problem(status, words, **more))


for kind in CONFLICTS:
    api.add_exception_handler(kind, _conflict)


@require_safe
def openapi(_request: HttpRequest) -> JsonResponse:
    """The description for programs. It describes our code alone, so reading it takes no token."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


def description() -> dict[str, Any]:
    """The same for pages, in the reader's language."""
    document: dict[str, Any] = translated(_made())
    return document


@cache
def _made() -> dict[str, Any]:
    """Once for the life of the process: to make it takes as long as a few pages."""
    with translation.override(None):
        return finished(api.get_openapi_schema(path_prefix=PREFIX))


@csrf_exempt
def unknown(_request: HttpRequest, _rest: str) -> HttpResponse:
    """Whatever else stands under the prefix."""
    return answer(Problem(404))


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        raise ValueError("a name stands twice")
    return mapping


def _depth(payload: Any) -> int:
    inside = list(payload.values()) if isinstance(payload, dict) else payload if isinstance(payload, list) else None
    return 0 if inside is None else 1 + max(map(_depth, inside), default=0)
