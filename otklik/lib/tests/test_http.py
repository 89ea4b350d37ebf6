import socket
from pathlib import Path
from typing import Any

import httpcore
import pytest

from otklik.lib.http import HttpClient, NoAnswer, NotSent, Refused, TooLarge
from otklik.lib.tests.servers import OK, certificate, request, resolves, says, server, trusting

pytestmark = pytest.mark.enable_socket
HOST = "api.network.example"


def http_client(port: int) -> tuple[HttpClient, str]:
    """One that leads to this port alone, and the address."""
    base = f"http://127.0.0.1:{port}"
    return HttpClient(bases=frozenset({base})), base


def test_a_base_address_passes_no_other_nor_a_redirect_and_no_answer_beyond_the_limit() -> None:
    with server(says(OK)) as (port, came):
        out, base = http_client(port)
        assert out.call("POST", f"{base}/method/x", form={"a": "б"}).body == b"ok"
        assert came[0].endswith(b"\r\n\r\na=%D0%B1")
        for other in ("http://127.0.0.1:1", base.replace("http://", "https://")):
            with pytest.raises(Refused):
                out.call("GET", f"{other}/method/x")
    assert len(came) == 1
    local = ("http://127.0.0.1:80/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest")
    clothes = ("http://[64:ff9b::a01:203]/", "http://[2002:7f00:1::]/", "http://[::a01:203]/", "http://[fec0::1]/")
    for address in (*local, *clothes, "http://[ff0e::1]/", "http://224.0.0.1/", "file:///etc/passwd"):
        with pytest.raises(Refused):
            HttpClient().fetch(address)
    for number in ("http://10.0.0.1/", "http://0x7f000001/", "http://[::ffff:10.0.0.1]/"):
        with pytest.raises(Refused):
            HttpClient(proxy="http://127.0.0.1:9").fetch(number)
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/inside\r\n\r\n"
    long = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1000
    for words, error in ((moved, Refused), (long, TooLarge)):
        with server(says(words)) as (port, _came):
            out, base = http_client(port)
            with pytest.raises(error):
                out.fetch(f"{base}/there", max_bytes=100)


def test_a_payloads_name_is_spoken_to_at_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, addresses = httpcore.SyncBackend.connect_tcp, []

    with server(says(OK)) as (here, came):

        def connect_tcp(backend: httpcore.SyncBackend, host: str, port: int, *rest: Any) -> httpcore.NetworkStream:
            addresses.append((host, port))
            return connect(backend, "127.0.0.1", here, *rest)

        monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
        resolves(monkeypatch, "93.184.216.34", "10.1.2.3")
        assert HttpClient().fetch("http://media.example.org:8080/x").body == b"ok"
        with pytest.raises(Refused, match="private network"):
            HttpClient().upload("http://media.example.org:8080/x", ())
    assert addresses == [("93.184.216.34", 8080)]
    assert b"\r\nHost: media.example.org:8080\r\n" in came[0]

    def unknown(*_asked: object, **_named: object) -> None:
        raise socket.gaierror

    monkeypatch.undo()
    monkeypatch.setattr("otklik.lib.guard.socket.getaddrinfo", unknown)
    for name in ("nobody", "я" * 70):
        with pytest.raises(NotSent, match="does not resolve"):
            HttpClient().fetch(f"http://{name}.example.org/")


def test_a_refused_connection_is_not_sent_and_a_cut_one_is_no_answer() -> None:
    out, base = http_client(9)
    with pytest.raises(NotSent):
        out.call("GET", f"{base}/?access_token=CANARY")
    with server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")) as (port, _came):
        out, base = http_client(port)
        with pytest.raises(NoAnswer) as caught:
            out.call("GET", f"{base}/cut?access_token=CANARY")
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_proxy_is_spoken_through_with_its_root_certificate_and_not_without(tmp_path: Path, trusted: bool) -> None:
    chain = certificate(tmp_path, HOST)
    inside: list[bytes] = []

    def is_host(line: socket.socket) -> None:
        """From CONNECT on it is the host itself."""
        line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with trusting(chain).wrap_socket(line, server_side=True) as tunnel:
            inside.append(request(tunnel))
            tunnel.sendall(OK)

    with server(is_host) as (port, came):
        ca_file = str(chain) if trusted else ""
        out = HttpClient(frozenset({f"https://{HOST}"}), proxy=f"http://127.0.0.1:{port}", ca_file=ca_file)
        if trusted:
            assert out.call("POST", f"https://{HOST}/method/say", form={"text": "words"}).status == 200
        else:
            with pytest.raises(NotSent):
                out.call("POST", f"https://{HOST}/method/say", form={"text": "words"})
    assert [one.splitlines()[0] for one in came] == [f"CONNECT {HOST}:443 HTTP/1.1".encode()]
    assert [one.splitlines()[0] for one in inside] == [b"POST /method/say HTTP/1.1"] * trusted
