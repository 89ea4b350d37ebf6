"""What a release is made of, for those who look for known faults in it later: a bill of materials in CycloneDX JSON.

Out of the lock files alone: Python's packages for the Pythons that the archive is for, and npm's of which something is
served; what only tests need is not among them. The same commit makes the same bytes. `python setup/sbom.py` prints it.
"""

import base64
import json
import re
import sys
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

_PYTHON = re.compile(r"(?m)^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")
_NODE = "node_modules/"


def bill(version: str, commit: str, moment: datetime, python: Iterable[str], node: str) -> str:
    """JSON. `python` are texts of locked requirements without conditions, `node` is the text of package-lock.json."""
    licence = LicenseFactory().make_with_expression("Apache-2.0")
    kind = ComponentType.APPLICATION
    whole = Component(name="otklik", version=version, type=kind, licenses=[licence], bom_ref="otklik")
    parts = {part.purl: part for part in (*_of_python(python), *_of_node(json.loads(node)))}
    made = Bom(components=parts.values(), serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"otklik:{commit}"))
    made.metadata.component, made.metadata.timestamp = whole, moment
    made.register_dependency(whole, parts.values())
    return JsonV1Dot6(made).output_as_string(indent=1) + "\n"


def _of_python(locks: Iterable[str]) -> Iterator[Component]:
    for name, version in sorted({requirement for lock in locks for requirement in _PYTHON.findall(lock)}):
        yield _part(PackageURL("pypi", name=name.lower().replace("_", "-"), version=version))


def _of_node(lock: dict[str, dict[str, dict[str, str]]]) -> Iterator[Component]:
    for path, package in sorted(lock["packages"].items()):
        if not path or package.get("dev"):
            continue
        space, _, name = path.rpartition(_NODE)[2].rpartition("/")
        part = _part(PackageURL("npm", namespace=space or None, name=name, version=package["version"]))
        if package.get("license"):
            part.licenses = [LicenseFactory().make_from_string(package["license"])]
        algorithm, _, digest = package.get("integrity", "").partition("-")
        if algorithm == "sha512":
            part.hashes = [HashType(alg=HashAlgorithm.SHA_512, content=base64.b64decode(digest).hex())]
        yield part


def _part(address: PackageURL) -> Component:
    full = f"{address.namespace}/{address.name}" if address.namespace else address.name
    return Component(
        name=full, version=address.version, type=ComponentType.LIBRARY, purl=address, bom_ref=address.to_string()
    )


def main() -> int:
    import bundle

    sys.stdout.write(bundle.bill_of(bundle.version_of()))
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
