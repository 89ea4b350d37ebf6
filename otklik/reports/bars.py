"""The parts of a bar: how the cards of one day were answered. One order and one wording for pages and files."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.reports.fold import Bucket
from otklik.reports.promptly import QUICKLY
from otklik.reports.sets import What


@dataclass(frozen=True, slots=True)
class Part:
    """`key` is the field of a Bucket that counts its cards, `cards` their set; the colour is that of files."""

    key: str
    title: str | Promise
    colour: str
    cards: What

    def of(self, bucket: Bucket) -> int:
        count: int = getattr(bucket, self.key)
        return count


PARTS = (
    Part("quick", QUICKLY, "#1f8a5b", What.QUICK),
    Part("within_day", _("за сутки"), "#7cc4a0", What.SAME_DAY),
    Part("later", _("позже"), "#e0a21b", What.LATER),
    Part("waiting", _("ждут ответа"), "#d1495b", What.WAITING),
    Part("closed", _("закрыты без ответа"), "#8d96a3", What.CLOSED),
    Part("noise", _("не инцидент"), "#cfd5dc", What.NOISE),
)
"""From below."""
LINE = "#1f6feb"
