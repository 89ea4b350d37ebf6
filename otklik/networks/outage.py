"""When news of a place may have been missed, and what is done then: its posts are read back (inbox.reconcile)."""

from datetime import datetime, timedelta

from django.db.models import Q

from otklik.networks.models import Reconciliation, Source
from otklik.networks.optional import ReadsBack
from otklik.networks.registry import NETWORKS

AWAY = timedelta(minutes=10)
SOON = timedelta(minutes=5)
HOUR = timedelta(hours=1)
PLACES = (Source.Kind.OWN, Source.Kind.FOREIGN)


def reading_back(source: Source) -> ReadsBack | None:
    """The network, if it shows what stands under old posts of this place."""
    network: object = NETWORKS.get(source.network)
    return network if source.kind in PLACES and isinstance(network, ReadsBack) else None


def was_away(before: datetime | None, now: datetime, again_in: timedelta) -> bool:
    """Whether nobody read a place for much longer than its pause, so that pushes will have met nobody either."""
    return before is not None and now - before > 2 * again_in + AWAY


def plant(source: Source, now: datetime) -> None:
    """Make the row of a place that can be read back, once the place itself has been read."""
    if reading_back(source):
        Reconciliation.objects.get_or_create(source_id=source.pk, defaults={"due_at": now})


def read_at_once(source: Source, now: datetime) -> None:
    """We were away: its posts are read back at once."""
    Reconciliation.objects.filter(source=source).update(missed_at=now, due_at=now, set_aside_at=None)


def notice(source: int, posted_at: datetime, now: datetime) -> None:
    """In the source with this id a text of this moment came that should have been pushed long ago: its posts are read
    back soon. While pushes fail on and on every text is such a one, so the regular round does where the last deep one
    is not an hour old."""
    here = Reconciliation.objects.filter(source_id=source, since__lt=posted_at)  # older ones are history
    here.update(missed_at=now)
    here.filter(Q(deep_at=None) | Q(deep_at__lt=now - HOUR), due_at__gt=now + SOON).update(due_at=now + SOON)
