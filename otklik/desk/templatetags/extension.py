"""`{% load extension %}`: who answers the card in its agency, and what was asked about its limit."""

from typing import Any

from django import template

from otklik.desk.card.extension import Here, here
from otklik.lib import clock

register = template.Library()


@register.simple_tag(takes_context=True)
def extension_here(context: dict[str, Any]) -> Here | None:
    """{% extension_here as here %} for the page's card and reader. One query, and only where an agency works."""
    return here(context["incident"], context["request"].user, clock.now())
