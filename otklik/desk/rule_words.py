"""A rule in words: what it asks for beside the theme and the place."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.networks.registry import title_of
from otklik.routing.match import Edge
from otklik.routing.models import Rule
from otklik.routing.rules import RuleInput

HOURS = {
    "": _("в любое время"),
    Rule.Hours.WORKING.value: _("в рабочие часы"),
    Rule.Hours.OUTSIDE.value: _("вне рабочих часов"),
}

LOSES = {
    Edge.SUBJECT: _("уступит: его тема шире"),
    Edge.PLACE: _("уступит: его место шире"),
    Edge.THING: _("уступит: не спрашивает, что названо в тексте"),
    Edge.NETWORK: _("уступит: годится для любой сети"),
    Edge.HOURS: _("уступит: годится для любого времени"),
    Edge.SINCE: _("уступит: начало действовать раньше"),
    Edge.WRITTEN: _("уступит: записано раньше"),
}
"""Why a rule that fits does not fire."""


def asks(things: str, network: str, hours: str) -> list[str]:
    """«остановка», «ВКонтакте», «вне рабочих часов», in the order of how much they weigh; what is not asked for is
    left out."""
    conditions = [things, title_of(network) if network else "", str(HOURS.get(hours, hours)) if hours else ""]
    return [one for one in conditions if one]


def sentence(rule: Rule | RuleInput) -> str:
    """A rule as one line."""
    about = rule.theme.name if rule.theme else rule.group.name if rule.group else gettext("любая тема")
    place = rule.place.name if rule.place else gettext("весь регион")
    whose = rule.agency.short_name + (f", {rule.executor}" if rule.executor else "")
    return " · ".join([about, place, *asks(rule.things, rule.network, rule.hours)]) + f" → {whose}"
