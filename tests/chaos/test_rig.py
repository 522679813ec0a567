"""Everything is cut off in turn while people work, and nothing acknowledged is lost, doubled, or stuck.

CHAOS_KILLS=250 CHAOS_LIVES=2000 is the long mode; the default is short enough for each run of the tests.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.eprescription.health_space.workers import ROOT

KILLS = int(os.environ.get("CHAOS_KILLS", "6"))
LIVES = int(os.environ.get("CHAOS_LIVES", "60"))
MINUTES = 4 + KILLS // 6
OWN = ("DATABASE_URL", "CELERY_BROKER_URL", "TESTING")  # the rig has servers of its own


def test_given_power_cuts_of_everything_then_all_accounts_agree(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "tests.chaos.rig", "--clients", "4"]
    command += ["--kills", str(KILLS), "--lives", str(LIVES), "--report", str(report)]

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in OWN},
        capture_output=True,
        text=True,
        timeout=MINUTES * 60,
        check=False,
    )

    assert report.exists(), done.stderr[-3000:]
    outcome = json.loads(report.read_text())
    print(done.stdout)
    assert (outcome["lost"], outcome["doubled"], outcome["stuck"]) == ([], [], [])
    assert outcome["signed"] == outcome["dispensed"] == LIVES
    assert outcome["kills"] >= 0.8 * KILLS  # work may end before the last ones
    assert outcome["pushes"] >= LIVES
    assert done.returncode == 0
