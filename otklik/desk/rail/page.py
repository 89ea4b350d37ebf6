"""The numbers of the rail, asked for by an open page: they hold up none."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.listing import counted
from otklik.desk.rail.counts import numbers
from otklik.lib import clock


@require_safe
@permitted()
def rail(request: HttpRequest) -> HttpResponse:
    """In words, by an item's key: «7», «1000+»; nothing where there are none. `cards` is the newest change of a card
    that they know of, as the pulse tells it (`X-Cards`)."""
    revision, found = numbers(user_of(request), clock.now())
    told = {key: counted(number) for key, number in found.items() if number}
    return JsonResponse({"cards": str(revision), "numbers": told})
