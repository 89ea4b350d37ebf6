"""Pictures, as the media addresses of answers name them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from sandbox.state import current
from sandbox.x import people


@require_GET
def picture(request: HttpRequest, key: str) -> HttpResponse:
    with current().write() as world:
        rows = people.photos(world, [key])
    if not rows:
        raise Http404
    return HttpResponse(rows[0]["data"], content_type="image/jpeg")
