from django.apps import AppConfig


class FindingConfig(AppConfig):
    name = "otklik.finding"
    default_auto_field = "django.db.models.BigAutoField"
