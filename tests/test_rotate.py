"""A new key for what is encrypted: by real commands over a real file, and cut off in the middle."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import connection
from django.utils import timezone

from otklik.flow.models import Worker
from otklik.lib.secret import SecretLost, unseal
from otklik.networks.models import Account, Source, Token
from otklik.people.models import User
from otklik.site import rotate
from tests.processes import CLI

pytestmark = pytest.mark.django_db
SECRET = "vk1.a.canary-canary-canary"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """An installation whose key stands in a file."""
    kept = settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY_FILE, settings.SECRET_KEY_GIVEN
    path = tmp_path / "secret.key"
    path.write_text(settings.SECRET_KEY)
    settings.SECRET_KEY_FILE, settings.SECRET_KEY_GIVEN = path, False
    yield path
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY_FILE, settings.SECRET_KEY_GIVEN = kept


def an_account() -> Account:
    account = Account.objects.create(network="vk", external_id="12", title="Город", hook_secret="hook-canary")
    Token.objects.create(account=account, kind="community", secret=SECRET)
    source = Source(network="vk", kind="own", external_id="12", title="Город", account=account)
    source.cursor = {"key": "k"}
    source.save()
    return account


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM networks_token")
        return str(cursor.fetchone()[0])


def test_everything_is_encrypted_anew_and_still_read(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account, before, first = an_account(), stored(), settings.SECRET_KEY
    assert rotate.rotate() == 0
    assert "Зашифровано заново: 3" in capsys.readouterr().out
    assert stored() != before
    assert file.read_text().split()[1:] == [first]
    assert file.stat().st_mode & 0o077 == 0
    assert rotate.forget() == 0
    assert file.read_text().split() == [settings.SECRET_KEY]
    assert first != settings.SECRET_KEY
    account.refresh_from_db()
    assert (Token.objects.get().secret, account.hook_secret) == (SECRET, "hook-canary")
    assert Source.objects.get().cursor == {"key": "k"}


def test_the_earlier_key_opens_nothing_afterwards(file: Path) -> None:
    an_account()
    first = settings.SECRET_KEY
    rotate.rotate()
    rotate.forget()
    settings.SECRET_KEY = first
    with pytest.raises(SecretLost):
        Token.objects.get()


def test_a_command_cut_off_before_the_database_has_lost_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    an_account()

    def cut() -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rotate, "_seal_anew", cut)
        with pytest.raises(KeyboardInterrupt):
            rotate.rotate()
    fresh, *earlier = file.read_text().split()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = fresh, earlier
    assert Token.objects.get().secret == SECRET
    assert rotate.forget() == 2, "the rows still need the earlier key"
    assert "сначала выполните" in capsys.readouterr().err
    assert rotate.rotate() == 0
    assert rotate.forget() == 0
    assert Token.objects.get().secret == SECRET


def test_it_waits_until_nobody_works_with_the_old_key(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = timezone.now()
    Worker.objects.create(name="w", started_at=now, seen_at=now)
    before = file.read_text()
    assert rotate.rotate() == 2
    assert "остановите обработчик" in capsys.readouterr().err
    assert file.read_text() == before


def test_the_commands_are_there() -> None:
    told = subprocess.run([*CLI, "secrets", "--help"], capture_output=True, text=True, check=True).stdout
    assert "rotate" in told
    assert "forget" in told


def test_a_second_factor_is_kept_sealed_and_outlives_a_new_key(file: Path) -> None:
    user, plain = User.objects.create(username="oper"), generate_totp_secret()
    kept = TOTP.activate(user, plain).instance
    assert plain not in str(Authenticator.objects.get().data)
    assert rotate.rotate() == 0
    assert Authenticator.objects.get().data["secret"] != kept.data["secret"]
    assert rotate.forget() == 0
    assert unseal(Authenticator.objects.get().data["secret"]) == plain


def test_a_second_factor_from_before_the_seal_is_still_read_and_sealed_by_the_next_key(file: Path) -> None:
    user, plain = User.objects.create(username="oper"), generate_totp_secret()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": plain})
    assert unseal(plain) == plain
    assert rotate.rotate() == 0
    assert plain not in str(Authenticator.objects.get().data)
    assert unseal(Authenticator.objects.get().data["secret"]) == plain


def test_no_key_is_forgotten_that_a_second_factor_still_needs(file: Path) -> None:
    first = settings.SECRET_KEY
    TOTP.activate(User.objects.create(username="oper"), generate_totp_secret())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 40, [first]
    assert rotate.forget() == 2
    assert [first] == settings.SECRET_KEY_FALLBACKS
