"""How a move from the queue answers: JSON for a page's script, a redirect for a plain form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def plain_answer(request: HttpRequest, status: int, words: str, open_at: str = "") -> HttpResponse:
    """The words as a message on the page that comes next: `open_at`, or where the form says that it came from."""
    (messages.success if status == 200 else messages.error)(request, words)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/queue/"
    return HttpResponseRedirect(open_at or back)
