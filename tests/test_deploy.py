"""A site that is reached by TLS: Django's own questions about deployment, and what a browser is told."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT, bare_environment

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
TLS = {"OTKLIK_URL": "https://otklik.example", "OTKLIK_HOSTS": "otklik.example", "OTKLIK_BEHIND_PROXY": "yes"}
ASK = """
import django; django.setup()
from django.test import Client
from django.conf import settings
for said in ({}, {"x-forwarded-proto": "https"}):
    told = Client(SERVER_NAME="otklik.example").get("/language/", headers=said)
    print(told.status_code, told.headers.get("Location", "-"), told.headers.get("Strict-Transport-Security", "-"))
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY)
"""


def run_python(data: Path, words: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    env = bare_environment(data, DJANGO_SETTINGS_MODULE="otklik.site.settings", **more)
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_a_site_behind_tls_leaves_no_question_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # what a browser test leaves in its process must not get here
    done = run_python(tmp_path, ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], **TLS)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


@pytest.mark.alike
@pytest.mark.parametrize(
    ("env", "secure"), [(TLS | {"OTKLIK_BEHIND_PROXY": "no"}, True), ({"OTKLIK_HOSTS": "otklik.example"}, False)]
)
def test_a_site_without_tls_promises_none_and_without_the_proxy_s_word_nobody_is_led_in_a_circle(
    tmp_path: Path, env: dict[str, str], secure: bool
) -> None:
    plain, _, cookies = run_python(tmp_path, ["-c", ASK], **env).stdout.splitlines()
    assert plain.split() == ["302", "/", "-"], "a proxy that is not believed has to redirect by itself"
    assert cookies.split() == [str(secure), str(secure), "True"]


def test_whoever_comes_without_tls_is_led_to_it_and_told_to_remember(tmp_path: Path) -> None:
    plain, safe, cookies = run_python(tmp_path, ["-c", ASK], **TLS).stdout.splitlines()
    assert plain.split()[:2] == ["301", "https://otklik.example/language/"]
    assert safe.split() == ["302", "/", "max-age=31536000"]
    assert cookies.split() == ["True"] * 3
