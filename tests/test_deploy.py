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


def ran(data: Path, words: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    env = bare_environment(data, DJANGO_SETTINGS_MODULE="otklik.site.settings", **more)
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_a_site_behind_tls_leaves_no_question_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # what a browser test leaves in its process must not get here
    done = ran(tmp_path, ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], **TLS)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_without_the_proxy_s_word_nobody_is_led_in_a_circle(tmp_path: Path) -> None:
    lines = ran(tmp_path, ["-c", ASK], **(TLS | {"OTKLIK_BEHIND_PROXY": "no"})).stdout.splitlines()
    assert lines[0].startswith("302 / -"), "a proxy that is not believed has to redirect by itself"


def test_whoever_comes_without_tls_is_led_to_it_and_told_to_remember(tmp_path: Path) -> None:
    done = ran(tmp_path, ["-c", ASK], **TLS)
    plain, safe, cookies = done.stdout.splitlines()
    assert plain.split()[:2] == ["301", "https://otklik.example/language/"]
    assert safe.split() == ["302", "/", "max-age=31536000"]
    assert cookies.split() == ["True"] * 3


def test_a_site_without_tls_promises_none(tmp_path: Path) -> None:
    plain, *_ = ran(tmp_path, ["-c", ASK], OTKLIK_HOSTS="otklik.example").stdout.splitlines()
    assert plain.split() == ["302", "/", "-"]
