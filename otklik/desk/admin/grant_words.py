"""A grant in words, and how many open cards it opens."""

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.desk.admin.facts import OPEN
from otklik.incidents.models import Incident
from otklik.people.access import NEED_AN_AGENCY
from otklik.people.accounts import Reach


def grant_words(reach: Reach) -> str:
    """«Оператор, все ведомства, вся территория»."""
    role = reach.title
    agency = reach.agency.short_name if reach.agency else _("все ведомства")
    place = reach.place.name if reach.place else _("вся территория")
    return f"{role[:1].upper()}{role[1:]}: {agency}, {place}."


def sees_words(reach: Reach) -> str:
    """The same question as `people.access.reach` asks of a grant, as a figure."""
    opened = Q(pk__in=[]) if reach.agency is None and reach.role in NEED_AN_AGENCY else Q()
    if reach.agency:
        opened &= Q(agency__path__startswith=reach.agency.path)
    if reach.place:
        opened &= Q(place__path__startswith=reach.place.path) | Q(place__isnull=True)
    count = Incident.objects.filter(OPEN & opened).count()
    return _("Сейчас через него видно открытых карточек: %d.") % count
