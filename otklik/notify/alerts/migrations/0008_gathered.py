import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0007_promise"),
        ("incidents", "0009_problems"),
    ]

    operations = [
        migrations.AddField(
            model_name="surge",
            name="problem",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="incidents.problem",
            ),
        ),
    ]
