from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "otklik.feedback.registers"
    default_auto_field = "django.db.models.BigAutoField"
