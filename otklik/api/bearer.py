"""Who asks: a token, what it may, and how often."""

import math
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from otklik.api.problem import Problem
from otklik.lib import clock
from otklik.lib.often import Often
from otklik.people import programs
from otklik.people.models import ProgramToken, User
from otklik.people.programs import ProgramScope

MOST_BYTES = 256 * 1024
FORM = "multipart/form-data"
OFTEN = Often()
_BODIES = ("POST", "PUT", "PATCH")


class Token(HttpBearer):
    """For one scope. What a body must be is checked here too: a program that may not ask learns nothing of it.

    `files` is how many bytes a file may have that comes in a form; 0 where the body is JSON.
    """

    def __init__(self, scope: ProgramScope, files: int = 0) -> None:
        super().__init__()
        self.scope, self.files = scope, files

    def authenticate(self, request: HttpRequest, token: str) -> ProgramToken | None:
        """None for a token that opens nothing. Raises Problem."""
        now = clock.now()
        program_token = programs.known(token, now)
        if program_token is None:
            return None
        wait = OFTEN.wait(str(program_token.pk), settings.API_A_MINUTE, now.timestamp())
        if wait:
            raise Problem(429, headers={"Retry-After": str(math.ceil(wait))})
        if self.scope not in program_token.scopes:
            raise Problem(403, _("У ключа нет разрешения %s.") % self.scope.value)
        _check_body(request, self.files)
        request.user = programs.owner_of(program_token)
        return program_token


def token_of(request: HttpRequest) -> ProgramToken:
    """The token that asks; only behind `Token`."""
    return cast(ProgramToken, request.auth)  # type: ignore[attr-defined]


def owner_of(request: HttpRequest) -> User:
    """Whose token asks: it may what he may, and sees what he sees."""
    return cast(User, request.user)


def _check_body(request: HttpRequest, files: int) -> None:
    if request.method not in _BODIES:
        return
    try:
        size = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        raise Problem(400) from None
    if size > MOST_BYTES + files:
        raise Problem(413, _("Файл слишком большой.") if files else "")
    if request.content_type != (FORM if files else "application/json"):
        raise Problem(415, _("Файл передают формой: multipart/form-data.") if files else "")
