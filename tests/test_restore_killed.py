from pathlib import Path

import pytest

from otklik.site.restore import LOADED, REPLACED
from tests.installation import installation_in

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def test_killed_on_either_side_of_its_one_step_it_is_done_again(tmp_path: Path) -> None:
    with installation_in(tmp_path) as installation:
        made = installation.otklik("backup")
        assert made.returncode == 0, made.stderr
        (copy,) = (installation.data / "backups").glob("*.tar")
        installation.ask("UPDATE incidents_tag SET name = 'после'")
        installation.killed_at(LOADED, "restore", str(copy))
        assert installation.tags == ["после"], "the old database is as it was"
        refused = installation.otklik("work")
        assert (refused.returncode, f"otklik restore {copy} --over" in refused.stderr) == (2, True)
        installation.killed_at(REPLACED, "restore", str(copy))
        assert installation.tags == ["до"]
        ((life,),) = installation.ask("SELECT words FROM publishing_epoch ORDER BY id DESC LIMIT 1")
        assert life.startswith("restore:"), "whoever spoke now would look first"
        done = installation.otklik("restore", str(copy), "--over")
        assert (done.returncode, done.stderr) == (0, "")
        assert installation.tags == ["до"]
        assert not (installation.data / "unfinished.json").exists()
        left = [path.name for path in installation.data.iterdir() if path.name.startswith(".")]
        assert left == [], "what the killed ones left is swept away"
