from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_registers")]

    operations = [migrations.RenameField(model_name="pace", old_name="found", new_name="count")]
