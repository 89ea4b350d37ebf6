from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0001_desk"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mention", "вас позвали в заметке"),
                    ("handover", "вам сдают смену"),
                    ("returned", "ответ вернули с замечанием"),
                    ("asked", "просят продлить срок"),
                    ("granted", "срок продлили"),
                    ("refused", "срок не продлили"),
                    ("extension", "решение о сроке"),
                    ("given", "вам поручили карточку"),
                ],
                max_length=16,
            ),
        ),
    ]
