from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "otklik.notify.alerts"
    default_auto_field = "django.db.models.BigAutoField"
