"""The agreement with the machine's themes in sentences: a share with its n and its interval, or that there is none."""

from django.utils.translation import gettext as _

from otklik.reports.arithmetic import Share
from otklik.reports.shown import interval


def first_words(share: Share) -> str:
    """How often the first suggestion was taken; where nobody has decided anything, that is said."""
    if not share.n:
        return _("Тем за это время никто не выбирал: согласие с подсказкой считать не из чего.")
    return _("Согласие с подсказкой темы: первая подошла в %(part)d из %(n)d, %(interval)s.") % _figures(share)


def three_words(share: Share) -> str:
    """How often the chosen theme was among the first three; "" where nobody has decided anything."""
    return _("Одна из трёх подошла в %(part)d из %(n)d, %(interval)s.") % _figures(share) if share.n else ""


def _figures(share: Share) -> dict[str, object]:
    return {"part": share.part, "n": share.n, "interval": interval(share)}
