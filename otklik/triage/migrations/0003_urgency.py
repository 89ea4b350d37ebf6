from django.db import migrations, models
from django.db.models import Case, Value, When


def to_dangers(apps, _schema):
    """Verdicts held the card's priority, 1 to 5, of which the theme was a part; now they hold the danger, 0 to 3."""
    verdicts = apps.get_model("triage", "Verdict").objects
    verdicts.update(
        urgency=Case(
            When(urgency__lte=2, then=Value(0)),
            When(urgency=3, then=Value(1)),
            When(urgency=4, then=Value(2)),
            default=Value(3),
        )
    )


class Migration(migrations.Migration):
    dependencies = [("triage", "0002_guesses")]

    operations = [
        migrations.AlterField("verdict", "urgency", models.PositiveSmallIntegerField(default=0)),
        migrations.RunPython(to_dangers, migrations.RunPython.noop),
    ]
