"""The shapes of the municipalities as JSON, for a script to draw. What they are coloured by stands in the page."""

import hashlib
import json
from datetime import datetime
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted
from otklik.people.permissions import Permission
from otklik.places.models import Boundary, Place
from otklik.places.plane import Drawing, of_boundaries, of_centres

READERS = (Permission.FIGURES,)

Row = tuple[int, str, float | None, float | None, datetime | None]
"""What the shapes depend on: id, name, longitude, latitude, and when the boundary was loaded."""


@require_safe
@permitted(*READERS)
def shapes(request: HttpRequest) -> HttpResponseBase:
    """`scheme` (whether these are cells in place of boundaries), `attribution`, `width`, `height` and `shapes`: id,
    name, path of SVG, and the middle of each. Where nothing is known to draw, no shapes.

    The browser keeps it and asks each time whether it is still so: one small query, and 304 as long as it is.
    """
    rows = _rows()
    etag = quote_etag(hashlib.sha256(repr(rows).encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(_body(rows), content_type="application/json")
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _rows() -> tuple[Row, ...]:
    municipalities = Place.objects.filter(level=Place.Level.MUNICIPALITY).order_by("pk")
    return tuple(municipalities.values_list("pk", "name", "longitude", "latitude", "boundary__loaded_at"))


@lru_cache(maxsize=2)
def _body(rows: tuple[Row, ...]) -> bytes:
    scheme = not any(loaded_at for *_place, loaded_at in rows)
    drawing, attribution = (_scheme(rows), "") if scheme else _boundaries()
    names = {pk: name for pk, name, *_rest in rows}
    told = {
        "scheme": scheme,
        "attribution": attribution,
        "width": drawing.width,
        "height": drawing.height,
        "shapes": [
            {"id": pk, "name": names[pk], "path": shape.path, "x": shape.x, "y": shape.y}
            for pk, shape in drawing.shapes.items()
            if pk in names
        ],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _scheme(rows: tuple[Row, ...]) -> Drawing:
    return of_centres({pk: (lon, lat) for pk, _name, lon, lat, _at in rows if lon is not None and lat is not None})


def _boundaries() -> tuple[Drawing, str]:
    found = list(Boundary.objects.order_by("place_id").values_list("place_id", "polygons", "attribution"))
    told = dict.fromkeys(attribution for _pk, _polygons, attribution in found if attribution)
    return of_boundaries({pk: polygons for pk, polygons, _attribution in found}), "; ".join(told)
