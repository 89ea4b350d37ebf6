from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "otklik.alerts"
    default_auto_field = "django.db.models.BigAutoField"
