"""The reference pack: specification and recorded payloads. Tests skip where it is absent."""

from pathlib import Path

PACK = Path(__file__).parents[4] / ".." / "shared" / "networks" / "meta"
HOOKS = PACK / "fixtures" / "restfb" / "src" / "test" / "resources" / "json"
ANSWERS = PACK / "fixtures" / "python-facebook" / "testdata"
SPECS = PACK / "spec" / "codegen" / "api_specs" / "specs"
ABSENT = "reference pack ../shared/networks not found"


def recorded() -> list[Path]:
    return sorted([*HOOKS.rglob("*.json"), *ANSWERS.rglob("*.json")])
