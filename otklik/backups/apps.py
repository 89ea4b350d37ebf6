from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "otklik.backups"
    default_auto_field = "django.db.models.BigAutoField"
