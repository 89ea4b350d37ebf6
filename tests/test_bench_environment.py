"""The bench of the environment counts the files of locked packages, and tells tests and byte code apart."""

from pathlib import Path

from bench import environment


def test_a_package_weighs_what_its_files_weigh_and_one_that_is_not_locked_is_not_there(tmp_path: Path) -> None:
    place = tmp_path / ".venv" / "lib" / "python3.13" / "site-packages"
    sizes = {"one/a.py": 5, "one/__pycache__/a.cpython-313.pyc": 7, "one/tests/t.py": 11, "one/tests/t.pyc": 13}
    for name in ("One", "other"):
        files = {f"{name}/{file}".replace("One/one", "one"): size for file, size in sizes.items()}
        record = place / f"{name}-1.dist-info" / "RECORD"
        record.parent.mkdir(parents=True)
        record.write_text("".join(f"{file},,\n" for file in files))
        (record.parent / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        for file, size in files.items():
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_bytes(b"x" * size)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("one[more]==1 \\\n    --hash=sha256:0\nmissing==2\n")
    assert environment.packages(tmp_path) == [("one", 36, 24, 7)]
    assert environment.main([str(tmp_path)]) == 0
