import json
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePath

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.urls import get_resolver

from otklik.lib.secret_addresses import is_key, routes
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
    text = path.read_text()
    assert "RestartPreventExitStatus=2" in text, "a refused start waits for a person"
    assert "StartLimitIntervalSec=0" in text, "anything else begins anew, however often"
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not here")
    unit = tmp_path / path.name
    unit.write_text(text.replace("/opt/otklik/.venv/bin/otklik", "/bin/true").replace("User=otklik", "User=root"))
    done = subprocess.run([verify, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if path.name in line] == []


def test_compose_gives_every_part_its_place_and_the_image_keeps_its_data_there() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    parts = compose["services"]
    assert set(parts) == {"db", "web", "work"}
    for name in ("web", "work"):
        assert cli._parser().parse_args(parts[name]["command"]).run
        assert (DEPLOY / parts[name]["build"]["context"] / parts[name]["build"]["dockerfile"]).is_file()
        assert {volume.partition(":")[0] for volume in parts[name]["volumes"]} <= set(compose["volumes"])
    assert all(port.startswith("127.0.0.1:") for port in parts["web"]["ports"]), "nobody comes in without TLS"
    image = (DEPLOY / "Containerfile").read_text()
    assert re.search(r"^ENV OTKLIK_BEHIND_PROXY=yes$", image, re.MULTILINE), "or it would not listen outside itself"
    for volume in parts["web"]["volumes"]:
        assert f'"{volume.partition(":")[2]}"' in image


def test_no_secret_and_no_history_comes_into_an_image_whoever_builds_it() -> None:
    """Docker reads another file than Podman."""
    ignore_text = (ROOT / ".containerignore").read_text()
    assert (ROOT / ".dockerignore").read_text() == ignore_text

    def left_out(path: str) -> bool:
        above = [str(one) for one in (PurePath(path), *PurePath(path).parents)]
        return any(PurePath(one).match(pattern) for one in above for pattern in ignore_text.split())

    for path in (".git/config", "otklik.env", "otklik.env.new", "var/secret.key", "var/media/1.jpg", "deploy/.env"):
        assert left_out(path), path
    for path in ("elsewhere/secret.key", "elsewhere/forgotten.key", "elsewhere/otklik.sqlite3-wal", "region/x"):
        assert left_out(path), path
    for path in ("otklik/site/env.py", "setup/bootstrap.py", "requirements/run.txt", "deploy/Containerfile"):
        assert not left_out(path), path


def run_images(tmp_path: Path, answer: str, *words: str) -> subprocess.CompletedProcess[str]:
    """With a registry's client that answers so, and no other."""
    client = tmp_path / "bin" / "skopeo"
    client.parent.mkdir(exist_ok=True)
    client.write_text(f"#!/bin/sh\n{answer}\n")
    client.chmod(0o755)
    command = [sys.executable, "setup/images.py", *words, *map(str, sorted(tmp_path.glob("*.*")))]
    return subprocess.run(
        command, cwd=ROOT, env={"PATH": str(client.parent)}, capture_output=True, text=True, check=False
    )


def test_an_image_is_held_by_the_digest_that_the_registry_tells_and_by_no_other(tmp_path: Path) -> None:
    names = {"a.Containerfile": "Containerfile", "b.yaml": "compose.yaml"}
    loose = {
        name: re.sub(r"@sha256:[0-9a-f]{64}", "", (DEPLOY / kept).read_text(encoding="utf-8"))
        for name, kept in names.items()
    }
    for name, text in loose.items():
        (tmp_path / name).write_text(text)
    assert run_images(tmp_path, "exit 1", "--check").returncode == 1
    for answer in ("exit 1", "echo latest", "echo sha256:123"):
        assert run_images(tmp_path, answer).returncode == 1
        assert {name: (tmp_path / name).read_text() for name in names} == loose
    for digit in ("a", "b"):
        assert run_images(tmp_path, f"echo sha256:{digit * 64}").returncode == 0
        assert run_images(tmp_path, "exit 1", "--check").returncode == 0
        held = "".join((tmp_path / name).read_text() for name in names)
        assert held.count(f"@sha256:{digit * 64}") == held.count("@sha256:") == 3
    assert re.sub(r"@sha256:[0-9a-f]{64}", "", held) == "".join(loose.values())


def test_the_bill_of_materials_names_what_is_locked_and_nothing_that_only_tests_need() -> None:
    def printed() -> str:
        return subprocess.run(
            [sys.executable, "setup/sbom.py"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout

    text = printed()
    assert text == printed(), "the same commit makes the same bytes"
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "otklik")
    named = {part["purl"].rpartition("@")[0] for part in bill["components"]}
    texts = "".join((ROOT / "requirements" / f"{name}.txt").read_text() for name in ("run", "training"))
    locked = re.findall(r"(?m)^([a-z0-9.-]+)(?:\[.*?\])?==", texts)
    for_windows = {"pkg:pypi/colorama", "pkg:pypi/tzdata"}
    assert {f"pkg:pypi/{name}" for name in locked} - for_windows <= named
    assert {"pkg:npm/echarts", "pkg:npm/%40tabler/core", "pkg:pypi/django"} <= named
    assert not {"pkg:npm/axe-core", "pkg:npm/grammy", "pkg:pypi/pytest", "pkg:pypi/mypy"} & named


def test_the_proxy_keeps_addresses_that_are_keys_out_of_its_logs_and_believes_nobody_s_own_word() -> None:
    config = (DEPLOY / "nginx.conf").read_text()
    silent = re.findall(r"location ~ (\S+) \{\s+access_log off;\s+error_log /dev/null crit;", config)
    for route in filter(is_key, routes(get_resolver().url_patterns)):
        assert any(re.search(pattern, "/" + re.sub(r"%\(\w+\)s", "x", route)) for pattern in silent), route
    assert not any(re.search(pattern, "/situation/") for pattern in silent)
    assert "access_log /var/log/nginx/otklik.log otklik;" in config
    (form,) = re.findall(r"log_format otklik ([^;]+);", config)
    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", form), (
        "names and codes stand there"
    )
    config = (DEPLOY / "otklik-proxy.conf").read_text()
    assert "X-Forwarded-For $remote_addr;" in config
    assert "X-Forwarded-Proto $scheme;" in config


def test_the_proxy_waits_for_nobody_and_lets_nobody_come_too_often() -> None:
    config = (DEPLOY / "nginx.conf").read_text()
    for name in ("limit_req", "limit_conn", "client_header_timeout", "client_body_timeout", "send_timeout"):
        assert re.search(rf"^\s+{name} ", config, re.MULTILINE), name
    zones = set(re.findall(r"_zone \S+ zone=(\w+):", config))
    assert set(re.findall(r"(?:limit_req zone=|limit_conn )(\w+)", config)) == zones


def test_while_nobody_answers_behind_the_proxy_people_are_told_so_and_what_they_asked_for_is_not_logged() -> None:
    """Without it the proxy's own page stands there, in English, and the keys in addresses in a log of its own."""
    config = (DEPLOY / "nginx.conf").read_text()
    (away,) = re.findall(r"error_page 502 504 =503 @away;\s+location @away \{(.*?)\n    \}", config, re.DOTALL)
    assert "access_log off;" in away
    assert re.search(r"add_header Retry-After \d+ always;", away)
    assert re.search(r"return 503 '<!doctype html>.*Система сейчас не отвечает[^']*';", away, re.DOTALL)
