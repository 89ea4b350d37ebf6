"""Servers on this machine that say what a test wants, byte by byte, over TLS too."""

import ipaddress
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Act = Callable[[socket.socket], object]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def server(act: Act, trust: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """Its port, and all requests that came; each is answered by `act`."""
    came: list[bytes] = []

    class One(socketserver.BaseRequestHandler):
        def serve(self) -> None:
            taken = trust.wrap_socket(self.request, server_side=True) if trust else nullcontext(self.request)
            with taken as line:
                came.append(request(line))
                act(line)

        def handle(self) -> None:
            with suppress(OSError):  # the other side may have left
                self.serve()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", 0), One) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield made.server_address[1], came
        made.shutdown()
        thread.join()


def request(line: socket.socket) -> bytes:
    """All of one request."""
    read = b""
    while b"\r\n\r\n" not in read and (piece := line.recv(65536)):
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    lengths = [int(row.split()[1]) for row in head.split(b"\r\n") if row.startswith(b"Content-Length")]
    while len(body) < sum(lengths):
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


def resolves(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Each time that the name is asked for it leads to the next of these; the last one stays."""
    left = list(answers)

    def resolved(_host: str, _port: int, _flags: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
        return [ipaddress.ip_address(left.pop(0) if len(left) > 1 else left[0])]

    monkeypatch.setattr("otklik.lib.guard.resolved", resolved)


def says(words: bytes) -> Act:
    return lambda line: line.sendall(words)


def certificate(folder: Path, *hosts: str) -> Path:
    """One that vouches for itself, for 127.0.0.1 and these hosts, with its key in the same file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pos")])
    now = datetime.now(UTC)
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([here, *map(x509.DNSName, hosts)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "pos.pem"
    file.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return file


def trusting(file: Path) -> ssl.SSLContext:
    """What a server with that certificate speaks TLS with."""
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(file)
    return trust
