from django.db import migrations
from django.db.models import Exists, F, Min, OuterRef, Q, Subquery


def fill(apps, _schema):
    """Cards in rating to which somebody came after their answer: since when, for those that were there before."""
    cards = apps.get_model("incidents", "Incident")
    links, answers = apps.get_model("incidents", "IncidentMessage"), apps.get_model("answers", "Answer")
    told = answers.objects.filter(
        Q(incident=OuterRef("incident")) | Q(incident__answered_with=OuterRef("incident")),
        reply_to__author=OuterRef("message__author"),
        state="approved",
        kind__in=("final", "first"),
    )
    late = links.objects.filter(
        ~Exists(told),
        incident=OuterRef("pk"),
        main=False,
        linked_at__gt=F("incident__rating_since"),
        message__own=False,
        message__author__ours=False,
        message__deleted_at__isnull=True,
    )
    first = late.order_by().values("incident").annotate(first=Min("linked_at")).values("first")
    cards.objects.filter(Exists(late), state="rating").update(owed_since=Subquery(first))


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0001_initial"),
        ("answers", "0004_text_read"),
        ("incidents", "0005_owed"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
