"""A message may tell of a place that is not ours."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("triage", "0004_trained_model")]
    operations = [
        migrations.AddField(
            model_name="verdict",
            name="outside",
            field=models.CharField(blank=True, default="", max_length=80),
        )
    ]
