from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "otklik.hooks"
    default_auto_field = "django.db.models.BigAutoField"
