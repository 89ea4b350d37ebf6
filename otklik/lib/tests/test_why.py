from pathlib import Path

import pytest

from otklik.lib.why import why


def test_a_refused_file_is_told_in_russian_and_what_is_not_known_as_the_system_says_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, words in (
        ("absent", "нет такого файла"),
        ("", "это папка"),
        ("file/x", "стоит файл"),
        ("x" * 999, "имя"),
    ):
        with pytest.raises(OSError, match=r".") as refused:
            (tmp_path / path).read_bytes()
        assert words in why(refused.value)
    assert why(OSError(0, "здесь не файл")) == "здесь не файл"
    assert why(OSError()) == "OSError"
