"""What the desk says of a message that may be nothing for us to do (Verdict.doubt), and the act that fits it."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from otklik.incidents.models import NoiseReason


class Doubt(NamedTuple):
    """`says` stands beside the suggestion, `refusal` answers whoever accepts it unread. `reason` is what the fitting
    act gives, "" where a person has to choose one; `act` is what stands on its button."""

    says: Any
    refusal: Any
    reason: str = ""
    act: Any = ""


DOUBTS = {
    "noise": Doubt(_("похоже, не инцидент"), _("Похоже, это не инцидент. Если всё же инцидент, выберите тему сами.")),
    "thanks": Doubt(
        _("похоже, благодарность"),
        _("Похоже, это благодарность. Если с ней есть что делать, выберите тему сами."),
        NoiseReason.CHATTER.value,
        _("Благодарность"),
    ),
    "outside": Doubt(
        _("похоже, не из региона"),
        _("Похоже, это не из нашего региона. Если всё же наше, выберите тему сами."),
        NoiseReason.ELSEWHERE.value,
        _("Не наш регион"),
    ),
}
