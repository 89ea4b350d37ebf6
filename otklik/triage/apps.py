from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "otklik.triage"
    default_auto_field = "django.db.models.BigAutoField"
