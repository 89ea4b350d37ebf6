from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_public")]

    operations = [
        migrations.AddField("binder", "whole", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("binder", "left", models.PositiveBigIntegerField(default=0)),
    ]
