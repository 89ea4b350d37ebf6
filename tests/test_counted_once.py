import subprocess
import sys

import pytest

from tests.processes import ROOT, environment

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
ADD = "import django; django.setup(); from django.core.cache import cache; print(cache.add('lock', True, 60))"


def test_what_one_process_counts_the_other_one_sees(transactional_db: None) -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", ADD], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert said == ["True", "False"]
