"""The one door out, against a real server on this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from otklik.lib.http import Door, NoAnswer, NotSent, Refused, TooLarge

pytestmark = pytest.mark.enable_socket


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://10.0.0.1/inside")
            self.end_headers()
        elif self.path.startswith("/cut"):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 1000)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_base_address_passes_and_no_other_host_or_port(base: str) -> None:
    door = Door(bases=frozenset({base}))
    assert door.call("POST", f"{base}/method/x", form={"a": "б"}).body == b"a=%D0%B1"
    with pytest.raises(Refused):
        door.call("GET", "http://127.0.0.1:1/method/x")
    with pytest.raises(Refused):
        door.call("GET", base.replace("http://", "https://"))


def test_an_address_from_a_payload_must_be_public() -> None:
    door = Door()
    for address in ("http://127.0.0.1:80/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest"):
        with pytest.raises(Refused):
            door.fetch(address)
    with pytest.raises(Refused):
        door.fetch("file:///etc/passwd")


def test_a_redirect_into_a_private_network_is_refused(base: str) -> None:
    with pytest.raises(Refused):
        Door(bases=frozenset({base})).fetch(f"{base}/redirect")


def test_an_answer_over_the_limit_is_cut_off(base: str) -> None:
    with pytest.raises(TooLarge):
        Door(bases=frozenset({base})).fetch(f"{base}/big", max_bytes=100)


def test_a_refused_connection_is_not_sent_and_a_cut_one_is_no_answer(base: str) -> None:
    closed = "http://127.0.0.1:9"
    with pytest.raises(NotSent):
        Door(bases=frozenset({closed})).call("GET", f"{closed}/?access_token=CANARY")
    with pytest.raises(NoAnswer) as caught:
        Door(bases=frozenset({base})).call("GET", f"{base}/cut?access_token=CANARY")
    assert "CANARY" not in str(caught.value)
