import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0008_gathered"),
        ("feedback", "0005_reply_at_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="rating",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="feedback.rating",
            ),
        ),
        migrations.AddField(
            model_name="chase",
            name="rating",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="feedback.rating",
            ),
        ),
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(
                choices=[
                    ("warned", "срок подходит"),
                    ("overdue", "срок вышел"),
                    ("promise", "обещание не сдержано"),
                    ("assigned", "ведомству поручена карточка"),
                    ("approval", "ответ ждёт согласования"),
                    ("returned", "карточку или ответ вернули"),
                    ("outside", "внешний исполнитель ответил"),
                    ("urgent", "срочно: опасность для жизни"),
                    ("system", "оповещения не доходят"),
                    ("surge", "всплеск жалоб"),
                    ("control", "карточка на контроле руководителя"),
                    ("unhappy", "житель пишет, что не сделано"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="chase",
            name="kind",
            field=models.CharField(
                choices=[
                    ("overdue", "срок вышел"),
                    ("approval", "ответ ждёт согласования"),
                    ("urgent", "срочно: опасность для жизни"),
                    ("unhappy", "житель пишет, что не сделано"),
                ],
                max_length=16,
            ),
        ),
    ]
