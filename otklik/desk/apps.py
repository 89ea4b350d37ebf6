from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class DeskConfig(AppConfig):
    name = "otklik.desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        from otklik.desk import second_factor

        connection_created.connect(_without_jit, dispatch_uid="otklik.desk.without_jit")
        authenticator_added.connect(second_factor.added, dispatch_uid="otklik.desk.factor_added")
        authenticator_removed.connect(second_factor.removed, dispatch_uid="otklik.desk.factor_removed")


def _without_jit(connection: Any, **_: Any) -> None:
    """Pages ask short questions: to compile one takes PostgreSQL longer than to answer it.

    Said once the line is open and not among the options it is opened with, which a pooler such as PgBouncer refuses.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
