from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "otklik.registers"
    default_auto_field = "django.db.models.BigAutoField"
