import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.urls import get_resolver

from otklik.lib.keyed import keyed, routes
from otklik.site import cli
from tests.processes import ROOT
from tests.test_docs import commands, described

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
ELSEWHERE = {"OTKLIK_DB_PASSWORD"}
"""Compose's own: it becomes a part of DATABASE_URL."""


def name_of(path: Path) -> str:
    return str(path.relative_to(DEPLOY))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_settings_and_commands_that_are_named_exist(path: Path) -> None:
    text = path.read_text()
    known = {name for part in ("Where they are told", "The product") for name in described(part)}
    assert set(re.findall(r"\bOTKLIK_[A-Z_]+", text)) - known - ELSEWHERE == set()
    named = re.findall(r"(?:bin/otklik|--rm web) ([a-z]+)", text) + re.findall(r'command: \["([a-z]+)"', text)
    assert set(named) - commands() == set()


@pytest.mark.parametrize("path", UNITS, ids=name_of)
def test_a_unit_is_what_systemd_takes(path: Path, tmp_path: Path) -> None:
    """With a program that exists here in the place of the one on a server."""
    told = path.read_text()
    assert "RestartPreventExitStatus=2" in told, "a refused start waits for a person"
    assert "StartLimitIntervalSec=0" in told, "anything else begins anew, however often"
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not here")
    unit = tmp_path / path.name
    unit.write_text(told.replace("/opt/otklik/.venv/bin/otklik", "/bin/true").replace("User=otklik", "User=root"))
    done = subprocess.run([verify, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if path.name in line] == []


def test_compose_gives_every_part_its_place_and_the_image_keeps_its_data_there() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    parts = told["services"]
    assert set(parts) == {"db", "web", "work"}
    for name in ("web", "work"):
        assert cli._parser().parse_args(parts[name]["command"]).run
        assert (DEPLOY / parts[name]["build"]["context"] / parts[name]["build"]["dockerfile"]).is_file()
        assert {volume.partition(":")[0] for volume in parts[name]["volumes"]} <= set(told["volumes"])
    assert all(port.startswith("127.0.0.1:") for port in parts["web"]["ports"]), "nobody comes in without TLS"
    image = (DEPLOY / "Containerfile").read_text()
    for volume in parts["web"]["volumes"]:
        assert f'"{volume.partition(":")[2]}"' in image
    assert {".git", ".venv", "var", "region", "otklik.env"} <= set((ROOT / ".containerignore").read_text().split())


def test_the_proxy_keeps_addresses_that_are_keys_out_of_its_logs_and_believes_nobody_s_own_word() -> None:
    told = (DEPLOY / "nginx.conf").read_text()
    silent = re.findall(r"location ~ (\S+) \{\s+access_log off;\s+error_log /dev/null crit;", told)
    for route in filter(keyed, routes(get_resolver().url_patterns)):
        assert any(re.search(pattern, "/" + re.sub(r"%\(\w+\)s", "x", route)) for pattern in silent), route
    assert not any(re.search(pattern, "/situation/") for pattern in silent)
    assert "access_log /var/log/nginx/otklik.log otklik;" in told
    (form,) = re.findall(r"log_format otklik ([^;]+);", told)
    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", form), (
        "names and codes stand there"
    )
    told = (DEPLOY / "otklik-proxy.conf").read_text()
    assert "X-Forwarded-For $remote_addr;" in told
    assert "X-Forwarded-Proto $scheme;" in told


def test_the_proxy_waits_for_nobody_and_lets_nobody_come_too_often() -> None:
    told = (DEPLOY / "nginx.conf").read_text()
    for name in ("limit_req", "limit_conn", "client_header_timeout", "client_body_timeout", "send_timeout"):
        assert re.search(rf"^\s+{name} ", told, re.MULTILINE), name
    zones = set(re.findall(r"_zone \S+ zone=(\w+):", told))
    assert set(re.findall(r"(?:limit_req zone=|limit_conn )(\w+)", told)) == zones
