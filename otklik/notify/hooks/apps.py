from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "otklik.notify.hooks"
    default_auto_field = "django.db.models.BigAutoField"
