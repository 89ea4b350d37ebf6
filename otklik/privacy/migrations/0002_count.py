from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_sweep")]

    operations = [migrations.RenameField(model_name="sweep", old_name="found", new_name="count")]
