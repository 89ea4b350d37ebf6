from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0002_legal_switch"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="name",
            field=models.CharField(blank=True, default="", max_length=250),
        ),
    ]
