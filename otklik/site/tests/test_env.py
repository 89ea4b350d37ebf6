"""Options from the environment: a wrong value is refused by name, a secret is made once and kept to oneself."""

import stat
from pathlib import Path

import pytest

from otklik.site.env import (
    WrongSetting,
    choice,
    networks,
    number,
    oidc_apps,
    provider,
    second_factor,
    secret,
    text,
    words,
)


@pytest.mark.parametrize("given", ["", "   ", "\n"])
def test_an_empty_variable_means_the_default(given: str) -> None:
    assert text({"A": given}, "A", "default") == "default"
    assert number({"A": given}, "A", 5, 1, 9) == 5
    assert choice({"A": given}, "A", "demo", ("demo", "real")) == "demo"
    assert words({"A": given}, "A", "x, y") == ["x", "y"]


@pytest.mark.parametrize("given", ["abc", "1.5", "1e3", "0x10", "--5", "5 секунд"])
def test_what_is_not_a_number_is_refused_by_name(given: str) -> None:
    with pytest.raises(WrongSetting, match="OTKLIK_PORT"):
        number({"OTKLIK_PORT": given}, "OTKLIK_PORT", 8000, 1, 65535)


@pytest.mark.parametrize("given", ["0", "-1", "65536", "9" * 50])
def test_a_number_out_of_bounds_is_refused_with_the_bounds(given: str) -> None:
    with pytest.raises(WrongSetting, match=r"1 .* 65535"):
        number({"OTKLIK_PORT": given}, "OTKLIK_PORT", 8000, 1, 65535)


@pytest.mark.parametrize("given", ["1", "65535", " 80 "])
def test_numbers_within_bounds_pass_ends_included(given: str) -> None:
    assert number({"A": given}, "A", 8000, 1, 65535) == int(given)


@pytest.mark.parametrize("given", ["Real", "prod", "demo,real"])
def test_a_word_that_is_not_offered_is_refused_with_the_offer(given: str) -> None:
    with pytest.raises(WrongSetting, match="demo, real"):
        choice({"OTKLIK_MODE": given}, "OTKLIK_MODE", "demo", ("demo", "real"))


def test_lists_forget_empty_pieces() -> None:
    assert words({"A": " a, ,b,, c "}, "A") == ["a", "b", "c"]


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    keep_in = tmp_path / "new" / "secret.key"
    made = secret({}, "OTKLIK_SECRET_KEY", keep_in)
    assert stat.S_IMODE(keep_in.stat().st_mode) == 0o600
    assert secret({}, "OTKLIK_SECRET_KEY", keep_in) == made
    assert [path.name for path in keep_in.parent.iterdir()] == ["secret.key"]


def test_every_installation_has_secrets_of_its_own(tmp_path: Path) -> None:
    made = [secret({}, "A", tmp_path / name / key) for name in ("one", "two") for key in ("secret.key", "sandbox.key")]
    assert len(set(made)) == 4
    assert min(len(one) for one in made) >= 60


def test_a_given_secret_is_written_nowhere(tmp_path: Path) -> None:
    given = "given-secret-that-is-long-enough-0123456789"
    assert secret({"A": given}, "A", tmp_path / "secret.key") == given
    assert list(tmp_path.iterdir()) == []


def test_a_short_secret_is_refused_without_being_quoted(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting) as refused:
        secret({"A": "canary-too-short"}, "A", tmp_path / "secret.key")
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("held", ["", "short", "\n" * 60])
def test_a_spoilt_key_file_is_refused_and_left_as_it_is(tmp_path: Path, held: str) -> None:
    keep_in = tmp_path / "secret.key"
    keep_in.write_text(held)
    with pytest.raises(WrongSetting, match=r"secret\.key"):
        secret({}, "A", keep_in)
    assert keep_in.read_text() == held


def test_only_a_training_region_goes_without_a_second_factor() -> None:
    assert second_factor("auto", training=True) == "off"
    assert second_factor("auto", training=False) == "required"
    assert second_factor("everyone", training=False) == "everyone"
    with pytest.raises(WrongSetting, match="OTKLIK_SECOND_FACTOR=off"):
        second_factor("off", training=False)


@pytest.mark.parametrize("given", ["sso.example.ru", "http://sso.example.ru", "ftp://sso.example.ru", "https://"])
def test_nobody_vouches_for_people_without_tls(given: str) -> None:
    with pytest.raises(WrongSetting, match="OTKLIK_OIDC_ISSUER"):
        provider({"OTKLIK_OIDC_ISSUER": given}, "OTKLIK_OIDC_ISSUER")


def test_a_provider_on_this_machine_or_with_tls_passes_without_its_last_slash() -> None:
    for given in ("https://sso.example.ru/realms/x/", "http://127.0.0.1:9400"):
        assert provider({"A": given}, "A") == given.rstrip("/")
    assert provider({}, "A") == ""


def test_half_a_provider_is_refused_and_none_is_none() -> None:
    for client, key in (("", "k"), ("c", "")):
        with pytest.raises(WrongSetting, match="OTKLIK_OIDC_CLIENT"):
            oidc_apps("https://sso.example.ru", client, key)
    assert oidc_apps("", "c", "k") == []
    assert oidc_apps("https://sso.example.ru", "c", "k")[0]["settings"] == {"server_url": "https://sso.example.ru"}


def test_networks_are_written_as_networks() -> None:
    assert networks({"INSIDE": "10.20.0.0/16, fd00::/8"}, "INSIDE") == ["10.20.0.0/16", "fd00::/8"]
    assert networks({}, "INSIDE") == []
    for wrong in ("10.20.0.1/16", "inside", "10.20.0.0/99"):
        with pytest.raises(WrongSetting, match="INSIDE"):
            networks({"INSIDE": wrong}, "INSIDE")
