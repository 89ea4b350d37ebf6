"""`{% load desk %}`: icons, networks, clocks, links and citizens' texts."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markupsafe import escape  # a page asks for it thousands of times, and Django's own is slower

from otklik.desk import format as words
from otklik.desk import listing
from otklik.desk.head.figures import Figure
from otklik.lib import clock
from otklik.work.translated import translated as in_reader_language

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "", label: str = "") -> SafeString:
    """{% icon "bell" %}: a drawing of the sprite. Without a label it says nothing to a screen reader."""
    return _svg(name, extra, str(label))


@lru_cache(maxsize=1000)
def _svg(name: str, extra: str, label: str) -> SafeString:
    """Kept, since a page of the queue has four hundred of them."""
    sprite = static("vendor/icons.svg")
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', extra, label, sprite, name
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', extra, sprite, name)


@register.simple_tag
def network_icon(kind: str) -> SafeString:
    """{% network_icon message.network %}: the network's sign, with its name for whoever does not see it."""
    return icon(words.network_icon(kind), f"network network-{words.network_word(kind)}", words.network_title(kind))


@register.simple_tag(takes_context=True)
def rail(context: Context) -> SafeString:
    """{% rail %}: the rail of whoever reads the page."""
    facts = {"rail": context["rail"], "user": context["user"], "address": reverse("rail")}
    return mark_safe(get_template("desk/shell/rail.html").render(facts))  # noqa: S308 the template escapes


@register.simple_tag
def opens(figure: Figure) -> SafeString:
    """{% opens row.count %}: a number that leads to its cards, quiet to the eye; plain where there are none."""
    text = escape(figure.text)
    if not figure.address:
        return mark_safe(text)  # noqa: S308 escaped here
    hint = escape(figure.hint)
    return mark_safe(  # noqa: S308 each word is escaped here
        f'<a class="opens" href="{escape(figure.address)}" title="{hint}" aria-label="{text}. {hint}">{text}</a>'
    )


@register.filter
def network_title(kind: str) -> str:
    return words.network_title(kind)


@register.filter
def time_tag(moment: datetime | None) -> SafeString | str:
    """«14:05» today, «24 ноя 14:05» this year, with the year before: in a <time> with the full moment in its title."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return _time(local, words.short_moment(local, timezone.localtime(clock.now())))


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """«3 мин назад» in a <time> whose title is the full moment."""
    if moment is None:
        return ""
    return _time(timezone.localtime(moment), words.ago(moment, clock.now()))


def _time(local: datetime, shown: str) -> SafeString:
    at, title = local.isoformat(timespec="seconds"), escape(words.long_moment(local))
    return mark_safe(f'<time datetime="{at}" title="{title}">{escape(shown)}</time>')  # noqa: S308 escaped here


@register.filter
def link_out(address: str, text: str = "") -> SafeString | str:
    """An outside address as a link that tells nobody where it was clicked; plain text if it is not safe."""
    return words.link_out(address, text)


@register.filter
def citizen_text(text: str, limit: int = 600) -> SafeString:
    """What a citizen wrote: escaped, line breaks kept, long texts folded into «показать целиком»."""
    return words.citizen_text(text, limit)


@register.filter
def options(pairs: Iterable[tuple[Any, Any]], chosen: Any) -> SafeString:
    """The options of a select, of (value, words) pairs; for the long ones, which a loop would take its time for."""
    picked = str(chosen)
    return mark_safe(  # noqa: S308 each word is escaped here
        "".join(
            f'<option value="{escape(value)}"{" selected" if str(value) == picked else ""}>{escape(words)}</option>'
            for value, words in pairs
        )
    )


@register.filter
def counted(number: int) -> str:
    """As in listing.py: «1000+» where counting stopped."""
    return listing.counted(number)


@register.filter
def translated(text: str) -> str:
    """A sentence that a layer below wrote in Russian, in the reader's language; any other text as it is."""
    return in_reader_language(text)


@register.filter
def sure(share: float | None) -> str:
    """«скорее всего», «возможно», «не уверена»."""
    return words.sure(share)


@register.filter
def percent(share: float | None) -> int:
    """A share of 0 to 1 as whole per cent."""
    return words.percent(share)


@register.filter
def duration(seconds: float) -> str:
    """«2 ч 10 мин»."""
    return words.duration(seconds)


@register.filter
def at_key(mapping: dict[Any, Any], key: Any) -> Any:
    """mapping[key], or "" when there is none."""
    return mapping.get(key, "")
