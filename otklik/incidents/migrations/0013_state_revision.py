from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0012_answered")]

    operations = [
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["state", "revision"], name="incident_state_revision"),
        ),
    ]
