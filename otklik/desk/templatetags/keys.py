"""`{% load keys %}`: which key does what, as `desk/keys.py` declares it."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from otklik.desk.keys import BY_DEED, keys_of, keys_of_many

register = template.Library()


@register.inclusion_tag("desk/shell/_keys.html")
def keys_help(page: str) -> dict[str, Any]:
    """{% keys_help "card" %}: the page's help, from which its scripts learn their keys."""
    return {"keys": keys_of(page), "many": keys_of_many(page)}


@register.simple_tag
def key(deed: str) -> SafeString:
    """{% key "note" %}: the sign on the key that does it."""
    return format_html('<span class="key">{}</span>', BY_DEED[deed].sign)
