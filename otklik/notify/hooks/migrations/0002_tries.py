from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hooks", "0001_initial")]

    operations = [migrations.RenameField("Call", "attempts", "tries")]
