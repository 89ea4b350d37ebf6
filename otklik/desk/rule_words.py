"""A rule in words: what it asks for beside the theme and the place."""

from django.utils.translation import gettext_lazy as _

from otklik.networks.registry import title_of
from otklik.routing.match import Edge
from otklik.routing.models import Rule

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
    told = [things, title_of(network) if network else "", str(HOURS.get(hours, hours)) if hours else ""]
    return [one for one in told if one]
