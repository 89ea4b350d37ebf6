from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from otklik.flow.models import Worker
from otklik.lib.secret import SecretLost, unseal
from otklik.networks.models import Account, Source, Token
from otklik.people.models import User
from otklik.site import identity, rotate
from tests.make import inbox

pytestmark = pytest.mark.django_db
SECRET = "vk1.a.canary-canary-canary"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """An installation whose key stands in a file."""
    path = tmp_path / "secret.key"
    path.write_text(settings.SECRET_KEY)
    with override_settings():  # what the product sets is taken back, too
        settings.SECRET_KEY_FILE, settings.SECRET_KEY_SET = path, False
        yield path


def an_account() -> Account:
    account = inbox.account(tokens={"community": SECRET}, hook_secret="hook-canary")
    inbox.source(account, cursor={"key": "k"})
    return account


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM networks_token")
        return str(cursor.fetchone()[0])


def test_all_is_encrypted_anew_and_an_earlier_key_opens_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account, before, first = an_account(), stored(), settings.SECRET_KEY
    identity.keep()
    assert rotate.rotate() == 0
    assert identity.against() == ""
    assert "Зашифровано заново: 3" in capsys.readouterr().out
    assert stored() != before
    assert file.read_text().split()[1:] == [first]
    assert file.stat().st_mode & 0o077 == 0
    assert rotate.forget() == 0
    assert file.read_text().split() == [settings.SECRET_KEY]
    assert first != settings.SECRET_KEY
    assert identity.against() == ""
    account.refresh_from_db()
    assert (Token.objects.get().secret, account.hook_secret) == (SECRET, "hook-canary")
    assert Source.objects.get().cursor == {"key": "k"}
    settings.SECRET_KEY = first
    with pytest.raises(SecretLost):
        Token.objects.get()


def test_it_waits_until_nobody_works_with_the_old_key_and_cut_off_before_the_database_it_has_lost_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    an_account()
    worker = Worker.objects.create(name="w", started_at=timezone.now(), seen_at=timezone.now())
    before = file.read_text()
    identity.keep()
    assert rotate.rotate() == 2
    assert "остановите обработчик" in capsys.readouterr().err
    assert file.read_text() == before
    worker.delete()

    def cut() -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rotate, "_seal_anew", cut)
        with pytest.raises(KeyboardInterrupt):
            rotate.rotate()
    fresh, *earlier = file.read_text().split()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = fresh, earlier
    assert Token.objects.get().secret == SECRET
    assert identity.against() == "", "it fits by the earlier key"
    assert rotate.forget() == 2, "the rows still need the earlier key"
    assert "сначала выполните" in capsys.readouterr().err
    assert rotate.rotate() == 0
    assert rotate.forget() == 0
    assert Token.objects.get().secret == SECRET


def test_a_second_factor_is_kept_sealed_and_outlives_a_new_key_but_no_key_that_it_needs_is_lost(file: Path) -> None:
    user, plain = User.objects.create(username="oper"), generate_totp_secret()
    kept = TOTP.activate(user, plain).instance.data["secret"]
    for before in (kept, plain):  # the second from before the seal
        Authenticator.objects.update(data={"secret": before})
        assert unseal(before) == plain
        assert rotate.rotate() == 0
        sealed = Authenticator.objects.get().data["secret"]
        assert sealed not in (kept, plain)
        assert unseal(sealed) == plain
    assert rotate.forget() == 0
    assert unseal(Authenticator.objects.get().data["secret"]) == plain
    first = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 40, [first]
    assert rotate.forget() == 2
    assert [first] == settings.SECRET_KEY_FALLBACKS
