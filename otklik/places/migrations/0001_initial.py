import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=80, unique=True)),
                ("path", models.CharField(blank=True, db_index=True, default="", max_length=100)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("region", "регион"),
                            ("municipality", "муниципалитет"),
                            ("settlement", "населённый пункт"),
                        ],
                        max_length=16,
                    ),
                ),
                ("kind", models.CharField(blank=True, default="", max_length=32)),
                ("name", models.CharField(max_length=120)),
                ("official_name", models.CharField(blank=True, default="", max_length=200)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("population", models.PositiveIntegerField(default=0)),
                ("aliases", models.JSONField(blank=True, default=list)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
    ]
