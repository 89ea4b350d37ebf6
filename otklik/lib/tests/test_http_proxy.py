"""The door out through an organisation's proxy that opens TLS with a certificate of its own."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from otklik.lib.http import Door, NotSent

pytestmark = pytest.mark.enable_socket
HOST = "api.network.example"
ANSWER = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{"ok":true}'
)


class Proxy:
    """Takes CONNECT for any host and is that host itself from then on. `asked` are the first lines that it heard."""

    def __init__(self, chain: Path) -> None:
        self.asked: list[str] = []
        self._trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._trust.load_cert_chain(chain)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def end(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _address = self._door.accept()
            except OSError:
                return
            with suppress(OSError), line:
                self._hear(line)

    def _hear(self, line: socket.socket) -> None:
        line.settimeout(10)
        self.asked.append(_head(line))
        line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self._trust.wrap_socket(line, server_side=True) as inside:
            self.asked.append(_head(inside))
            inside.sendall(ANSWER)


def _head(line: socket.socket) -> str:
    told = b""
    while b"\r\n\r\n" not in told and (piece := line.recv(4096)):
        told += piece
    return told.split(b"\r\n", 1)[0].decode()


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """A certificate for the host that vouches for itself, with its key: the organisation's root in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "root")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path / "root.pem"
    file.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return file


@pytest.fixture
def proxy(chain: Path) -> Iterator[Proxy]:
    made = Proxy(chain)
    yield made
    made.end()


def test_a_network_is_reached_through_it_with_its_root_certificate(proxy: Proxy, chain: Path) -> None:
    door = Door(frozenset({f"https://{HOST}"}), proxy=f"http://127.0.0.1:{proxy.port}", ca_file=str(chain))
    assert door.call("GET", f"https://{HOST}/method/test").status == 200
    assert proxy.asked == [f"CONNECT {HOST}:443 HTTP/1.1", "GET /method/test HTTP/1.1"]


def test_without_that_certificate_nothing_is_said(proxy: Proxy) -> None:
    door = Door(frozenset({f"https://{HOST}"}), proxy=f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(NotSent):
        door.call("POST", f"https://{HOST}/method/say", form={"text": "слова"})
    assert proxy.asked == [f"CONNECT {HOST}:443 HTTP/1.1"]
