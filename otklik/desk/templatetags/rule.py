"""`{% load rule %}`: what a rule asks for beside its theme and place, in words."""

from django import template

from otklik.desk import rule_words
from otklik.routing.models import Rule

register = template.Library()


@register.filter
def asks(rule: Rule) -> list[str]:
    return rule_words.asks(rule.things, rule.network, rule.hours)
