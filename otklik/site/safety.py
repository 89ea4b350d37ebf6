"""What must be true before anything starts: promises of the database, and no training in a real installation."""

from django.conf import settings

from otklik.lib.database import check_promises
from otklik.networks.models import Account
from otklik.people.models import User


class Unsafe(Exception):
    """A sentence for whoever starts the product."""


def check_start() -> None:
    """Raises PromiseBroken or Unsafe. Needs a migrated database."""
    check_promises()
    sandbox = Account.objects.filter(sandbox=True).exists()
    real = Account.objects.filter(sandbox=False).exists()
    if sandbox and real:
        raise Unsafe(
            "В одной базе и учебные, и настоящие аккаунты сетей: учебный ответ мог бы уйти настоящему человеку. "
            "Для настоящей работы нужна своя база (OTKLIK_DATA или DATABASE_URL)."
        )
    if settings.MODE == "real" and sandbox:
        raise Unsafe("OTKLIK_MODE=real, а в базе учебные аккаунты: возьмите для настоящей работы другую базу.")
    if settings.MODE == "real" and User.objects.filter(demo=True, is_active=True).exists():
        raise Unsafe("OTKLIK_MODE=real, а в базе учебные пользователи: их пароли напечатаны при запуске demo.")
    if settings.MODE == "demo" and real:
        raise Unsafe("В базе настоящие аккаунты сетей: запустите с OTKLIK_MODE=real.")
