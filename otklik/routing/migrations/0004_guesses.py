from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, _schema):
    """The agency that the machine last proposed stands on the card now; cards that are there get it here."""
    cards, suggestions = apps.get_model("incidents", "Incident"), apps.get_model("routing", "Suggestion")
    latest = suggestions.objects.filter(incident=OuterRef("pk")).order_by("-pk")
    cards.objects.update(guessed_agency=Subquery(latest.values("agency")[:1]))


class Migration(migrations.Migration):
    dependencies = [("routing", "0003_running"), ("incidents", "0004_shown")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
