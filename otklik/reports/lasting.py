"""How long something took, in words of the language that is active."""

from django.utils.translation import gettext as _

_HOUR = 3600


def duration(seconds: float) -> str:
    """«меньше минуты», «40 мин», «2 ч 10 мин», «3 дн 4 ч»: the two largest units, rounded down."""
    minutes = int(abs(seconds) // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if not minutes:
        return _("меньше минуты")
    if days:
        return _("%(days)d дн %(hours)d ч") % {"days": days, "hours": hours} if hours else _("%d дн") % days
    if hours:
        return _("%(hours)d ч %(minutes)d мин") % {"hours": hours, "minutes": rest} if rest else _("%d ч") % hours
    return _("%d мин") % rest


def working_duration(seconds: float, day: int) -> str:
    """Working time, of which `day` seconds make a day: «40 мин», «4 раб. ч», «2 раб. дн 1 ч». Without `day` in hours.

    Told by days of twenty-four hours, seven working days would look like two and a half.
    """
    minutes = int(abs(seconds) // 60)
    days, rest = divmod(minutes, day // 60) if day >= _HOUR else (0, minutes)
    hours, rest = divmod(rest, 60)
    if days:
        return _("%(days)d раб. дн %(hours)d ч") % {"days": days, "hours": hours} if hours else _("%d раб. дн") % days
    if hours:
        words = _("%(hours)d раб. ч %(minutes)d мин") if rest else _("%(hours)d раб. ч")
        return words % {"hours": hours, "minutes": rest}
    return duration(seconds)
