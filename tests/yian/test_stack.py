"""A stack of all roles on services of one's own: what it needs is said before anything is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

GIVEN = {
    "YIAN_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "YIAN_SECRET_KEY": "0123456789abcdef",
}


@pytest.mark.parametrize("missing", GIVEN)
def test_a_setting_that_the_roles_need_is_named_at_once(missing: str, tmp_path: Path) -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("YIAN_")}
    ours |= {name: value for name, value in GIVEN.items() if name != missing}
    done = subprocess.run(
        [sys.executable, "-m", "yian", "serve", "--data", str(tmp_path)],
        env=ours,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"yian: {missing}: expected ")
    assert "--embedded" in done.stderr
    assert list(tmp_path.iterdir()) == []
