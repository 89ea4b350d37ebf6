from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0009_unhappy"),
    ]

    operations = [
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
                    ("reopened", "карточка открыта снова, нужен новый ответ"),
                ],
                max_length=16,
            ),
        ),
    ]
