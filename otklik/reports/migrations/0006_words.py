from django.db import migrations


class Migration(migrations.Migration):
    """The models are called what they are; their tables stay, so that a worker of the version before goes on."""

    dependencies = [("reports", "0005_progress")]

    operations = [
        migrations.AlterModelTable("sheaf", "reports_sheaf"),
        migrations.RenameModel("Sheaf", "FoldedMonth"),
        migrations.AlterModelOptions("foldedmonth", {}),
        migrations.AlterModelTable("binder", "reports_binder"),
        migrations.RenameModel("Binder", "MonthFolding"),
        *(
            migrations.RenameIndex("monthfolding", new_name=f"monthfolding_{name}", old_name=f"binder_{name}")
            for name in ("due", "lease", "aside")
        ),
    ]
