"""`{% load automatic %}`: whether the machine has assigned the card alone, and by what."""

from django import template

from otklik.desk.card.automatic import Alone, alone
from otklik.incidents.models import Incident

register = template.Library()


@register.simple_tag
def assigned_alone(incident: Incident) -> Alone | None:
    return alone(incident)
