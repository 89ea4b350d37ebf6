from django.apps import AppConfig


class MovingConfig(AppConfig):
    name = "otklik.exchange.moving"
    default_auto_field = "django.db.models.BigAutoField"
