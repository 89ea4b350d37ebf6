"""The database of a new installation: tables, the classifier, the first administrator. What is there stays."""

import sys

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.timezone import localdate

from otklik.answers import keeping
from otklik.lib import clock
from otklik.lib.database import PromiseBroken, check_promises
from otklik.lib.refusal import Refused
from otklik.lib.text import clean
from otklik.people import console
from otklik.people.accounts import Name
from otklik.people.invitations import lasts
from otklik.people.models import Grant, Role, User
from otklik.site.commands.base import say, typed
from otklik.site.safety import Unsafe, check_start, is_behind, nobody_is_in
from otklik.site.wishes import ADMINISTRATOR, Ask, gather
from otklik.themes import shipped

WHY = {
    "username": "такое имя для входа уже занято. Новую ссылку даёт otklik administrator {login}",
    "late": "такого имени для входа нет. Завести нового: otklik administrator {login} --new",
    "blocked": "он заблокирован. Разблокировать может другой администратор на странице «Люди»",
    "role": "он не администратор всего региона. Ссылку ему даст администратор на странице «Люди»",
}


def prepare(who: dict[str, str], ask: Ask | None) -> int:
    """Exit code 0 with the link printed; 2 when the database cannot be used, or names cannot be taken."""
    try:
        check_promises()
    except PromiseBroken as wrong:
        return say(str(wrong))
    # What is in use is brought to a new version by `otklik upgrade`, which makes a copy first.
    if is_behind() and nobody_is_in():
        _tell("Готовлю базу, это до минуты …\n")
        call_command("migrate", interactive=False, verbosity=0)
    try:
        check_start()
    except (PromiseBroken, Unsafe) as wrong:
        return say(str(wrong))
    if shipped.put(localdate(clock.now())):
        sys.stdout.write("Классификатор тем загружен.\n")
        keeping.ship(clock.now())
        sys.stdout.write("Жителей будут спрашивать, помогло ли: тексты на странице «Шаблоны», их можно изменить.\n")
    whole = Grant.objects.filter(role=Role.ADMINISTRATOR, agency=None, place=None)
    if known := User.objects.filter(pk__in=whole.values("user")).order_by("pk").first():
        sys.stdout.write(
            f"Администратор уже есть: {known.username}. Новая ссылка для входа: otklik administrator {known.username}\n"
        )
        return 0
    asked = gather(ADMINISTRATOR, who, ask, lambda sentence: _tell(f"{sentence}\n"))
    return let_in(asked["login"], asked["name"], fresh=True, email=asked["email"])


def _tell(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


def let_in(login: str, name: str, *, fresh: bool, without_factor: bool = False, email: str = "") -> int:
    """Prints the one-time link of a new administrator, or a new link of one who is there."""
    last, first, *rest = [*(clean(name).split()), "", ""]
    full_name = Name(last[:150], first[:150], " ".join(rest).strip()[:80], email)
    try:
        if fresh:
            User.username_validator(login)
            if email:
                validate_email(email)
            user, token = console.administrator(login[:150], full_name, clock.now())
        else:
            user, token = console.let_in_again(login, clock.now(), without_factor=without_factor)
    except ValidationError:
        return say("Имя для входа: буквы, цифры и знаки @ . + - _ без пробелов; почта вида ivanova@example.ru")
    except Refused as refused:
        return say(f"{login}: {WHY[refused.code].format(login=login)}.")
    parts = ("sandbox", "serve", "work") if settings.MODE == "demo" else ("serve", "work")
    address = settings.ADDRESS + reverse("invitation", args=[user.pk, token])
    sys.stdout.write(
        f"\nСсылка для {user.username}: по ней один раз придумывают пароль. Она действует {lasts().days} дн.\n"
        f"  {address}\n\nЗапустите, каждое в своём окне или службой: "
        f"{', '.join(f'{typed()} {command}' for command in parts)}\n"
    )
    return 0
