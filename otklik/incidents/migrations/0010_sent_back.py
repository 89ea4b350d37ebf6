from collections import Counter

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PIECE = 500


def count(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """As often as the journal says that the answer was returned with a remark, but for what was undone at once."""
    entries = apps.get_model("journal", "Entry").objects.filter(incident__isnull=False).order_by()
    found = Counter(entries.filter(verb="incident.send_back").values_list("incident", flat=True))
    undone = entries.filter(verb="incident.undo", data__undone="send_back")
    found.subtract(undone.values_list("incident", flat=True))
    cards = apps.get_model("incidents", "Incident").objects
    for times in sorted(set(found.values())):
        ids = [pk for pk, n in found.items() if n == times > 0]
        for at in range(0, len(ids), PIECE):
            cards.filter(pk__in=ids[at : at + PIECE]).update(sent_back=times)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0009_problems"), ("journal", "0001_initial")]

    operations = [
        migrations.AddField("incident", "sent_back", models.PositiveSmallIntegerField(default=0)),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
