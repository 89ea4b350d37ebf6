from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, _schema):
    """What the machine thinks stands on the card now; cards that are there get it from their latest verdicts."""
    cards, verdicts = apps.get_model("incidents", "Incident"), apps.get_model("triage", "Verdict")
    latest = verdicts.objects.filter(message__links__incident=OuterRef("pk"), message__links__main=True).order_by("-pk")
    cards.objects.update(
        guessed_theme=Subquery(latest.values("theme")[:1]), guessed_place=Subquery(latest.values("place")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("triage", "0001_initial"), ("incidents", "0004_shown")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
