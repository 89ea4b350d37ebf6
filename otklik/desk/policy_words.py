"""An approval policy in words: whose answers about what, and how many agree to them."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.answers.models import ApprovalPolicy
from otklik.answers.policies import Edge

WAYS = {int(way.value): way.label for way in ApprovalPolicy.Way}
LOSES = {
    Edge.SUBJECT: _("уступит: его тема шире"),
    Edge.PERSON: _("уступит: для всех, кто пишет"),
    Edge.AGENCY: _("уступит: его ведомство шире"),
    Edge.SINCE: _("уступит: начало действовать раньше"),
    Edge.WRITTEN: _("уступит: записано раньше"),
}
"""Why a policy that fits does not hold."""


def matter_words(theme: str, group: str, agency: str, person: str) -> str:
    """«Ямы на дорогах · Дорожная служба · Исаев»; what is not named is left out, but for the matter."""
    parts = [theme or group or gettext("любая тема"), agency or gettext("весь регион"), person]
    return " · ".join(part for part in parts if part)


def way_words(steps: object) -> str:
    """How many agree; "" for what no policy says."""
    return str(WAYS[steps]) if isinstance(steps, int) and steps in WAYS else ""
