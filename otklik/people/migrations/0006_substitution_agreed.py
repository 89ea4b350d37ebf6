from django.db import migrations, models
from django.db.models import F


def agree(apps, schema_editor):
    """What stands there was in force without anybody's word, and stays so."""
    apps.get_model("people", "Substitution").objects.update(agreed_at=F("made_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_programs"),
    ]

    operations = [
        migrations.AddField(
            model_name="substitution",
            name="agreed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(agree, migrations.RunPython.noop, elidable=True),
    ]
