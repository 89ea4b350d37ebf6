"""The way to a neighbour's program: whither it leads and whither not, and that nobody holds it up."""

import socket
import time
from pathlib import Path

import pytest

from otklik.lib.http import NoAnswer, NotSent, Refused
from otklik.lib.neighbour import BROKEN, NO_LINE, NO_TRUST, SILENT, UNKNOWN, NeighbourClient
from otklik.lib.tests.servers import OK, certificate, resolves, says, server, trusting

pytestmark = pytest.mark.enable_socket
HERE = ("127.0.0.0/8",)
INSIDE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1"),
    *("::", "::1", "fe80::1", "fd00::1", "fec0::1", "ff02::1", "ff0e::1", "2001::1", "64:ff9b:1::a01:203"),
    *("::ffff:10.1.2.3", "::ffff:0:10.1.2.3", "64:ff9b::a01:203", "2002:a01:203::1", "::10.1.2.3", "2002:7f00:1::"),
)


def test_a_body_goes_out_as_it_is_a_redirect_is_an_answer_and_of_a_long_one_the_beginning_is_read() -> None:
    with server(says(OK)) as (port, came):
        heard = NeighbourClient(HERE).post(f"http://127.0.0.1:{port}/x?y=1", "{«я»}".encode(), {"webhook-id": "1"})
    assert (heard.status, heard.body) == (200, b"ok")
    head, _, body = came[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /x?y=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{port}".encode() in head
    assert b"webhook-id: 1" in head
    assert body.decode() == "{«я»}"
    with server(says(b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n")) as (port, came):
        assert NeighbourClient(HERE).post(f"http://127.0.0.1:{port}/", b"", {}).status == 302
    assert len(came) == 1

    def floods(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"x" * 65536)

    with server(floods) as (port, _came):
        assert NeighbourClient(HERE).post(f"http://127.0.0.1:{port}/", b"", {}).body == b"x" * 2048


def test_what_leads_inside_at_once_or_later_is_not_called_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for address in INSIDE:
        resolves(monkeypatch, address)
        for neighbour_client in (NeighbourClient(), NeighbourClient(("10.9.0.0/16",))):
            with pytest.raises(Refused):
                neighbour_client.check("https://pos.example.org/hear")
            with pytest.raises(Refused):
                neighbour_client.post("https://pos.example.org/hear", b"", {})
    for address in (
        "10.1.2.3",
        "::ffff:10.1.2.3",
        "2002:a01:203::1",
        "2002:5db8:d822::1",
        "2a00:1450::1",
        "93.184.216.34",
    ):
        resolves(monkeypatch, address)
        NeighbourClient(("10.1.0.0/16",)).check("https://pos.example.org/hear")
    for address in ("ftp://pos.example.org/", "http://a@pos.example.org/", "file:///etc/passwd", ""):
        with pytest.raises(Refused):
            NeighbourClient(HERE).post(address, b"", {})
    with server(says(OK)) as (port, came):
        resolves(monkeypatch, "93.184.216.34", "127.0.0.1")
        neighbour_client = NeighbourClient()
        neighbour_client.check(f"http://pos.example.org:{port}/")
        with pytest.raises(Refused):
            neighbour_client.post(f"http://pos.example.org:{port}/", b"", {})
    assert came == []


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"])
def test_whoever_drips_byte_after_byte_is_left_in_time(before: bytes) -> None:
    def drips(line: socket.socket) -> None:
        line.sendall(before)
        while True:
            time.sleep(0.02)
            line.sendall(b"H")

    began = time.monotonic()
    with server(drips) as (port, _came), pytest.raises(NoAnswer, match=f"{SILENT}|{BROKEN}"):
        NeighbourClient(HERE, seconds=0.3).post(f"http://127.0.0.1:{port}/", b"", {})
    assert time.monotonic() - began < 2


def test_a_broken_answer_may_have_been_heard_and_nobody_there_did_not_hear(monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (b"\x16\x03\x01\x00", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf", b""):
        with server(says(words)) as (port, _came), pytest.raises(NoAnswer):
            NeighbourClient(HERE).post(f"http://127.0.0.1:{port}/", b"", {})
    with pytest.raises(NotSent, match=NO_LINE):
        NeighbourClient(HERE).post("http://127.0.0.1:1/", b"", {})

    def unknown(*_asked: object, **_named: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr("otklik.lib.guard.socket.getaddrinfo", unknown)
    with pytest.raises(NotSent, match=UNKNOWN):
        NeighbourClient(HERE).post("http://nobody.example.org/", b"", {})


def test_only_a_certificate_that_is_trusted_will_do(tmp_path: Path) -> None:
    file = certificate(tmp_path)
    with server(says(OK), trusting(file)) as (port, came):
        address = f"https://127.0.0.1:{port}/"
        assert NeighbourClient(HERE, ca_file=str(file)).post(address, b"", {}).status == 200
        with pytest.raises(NotSent, match=NO_TRUST):
            NeighbourClient(HERE).post(address, b"", {})
    assert len(came) == 1


def test_a_proxy_is_asked_for_what_is_outside_and_not_for_what_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(says(OK)) as (port, came):
        proxied = NeighbourClient(HERE, proxy=f"http://user:word@127.0.0.1:{port}")
        resolves(monkeypatch, "93.184.216.34")
        assert proxied.post("http://pos.example.org/hear", b"", {}).status == 200
        assert came[-1].startswith(b"POST http://pos.example.org/hear HTTP/1.1")
        assert b"Proxy-Authorization: Basic" in came[-1]
        resolves(monkeypatch, "127.0.0.1")
        assert proxied.post(f"http://pos.example.org:{port}/hear", b"", {}).status == 200
        assert came[-1].startswith(b"POST /hear HTTP/1.1")
        resolves(monkeypatch, "10.1.2.3")
        with pytest.raises(Refused):
            proxied.post("http://pos.example.org/hear", b"", {})
    assert len(came) == 2
