"""The environment of the few templates that Jinja2 compiles: those drawn dozens of times a page (docs/adr/0010)."""

from functools import cache
from typing import Any

from django.template.defaultfilters import date
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from jinja2 import Environment

from otklik.desk.templatetags import desk


def environment(**options: Any) -> Environment:
    """The desk's tags and filters under the names that they have in Django's templates."""
    made = Environment(**options)  # noqa: S701 Django's backend hands autoescape=True in
    made.globals |= {
        "_": gettext,
        "pgettext": pgettext,
        "icon": desk.icon,
        "network_icon": desk.network_icon,
        "opens": desk.opens,
        "url": url,
    }
    made.filters |= {
        "ago": desk.ago,
        "citizen_text": desk.citizen_text,
        "date": date,
        "duration": desk.duration,
        "time_tag": desk.time_tag,
        "percent": desk.percent,
        "sure": desk.sure,
        "shortened": shortened,
    }
    return made


def shortened(text: str, limit: int) -> str:
    """At most so many characters, an ellipsis for the rest. Django's own looks at each letter for marks over it."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def url(name: str, pk: int) -> str:
    """The address of one card or of something under it."""
    before, after = _around(name)
    return f"{before}{pk}{after}"


@cache
def _around(name: str) -> tuple[str, str]:
    """What stands before and behind the id: asking for each card anew costs more than drawing it."""
    before, _zero, after = reverse(name, args=[0]).partition("0")
    return before, after
