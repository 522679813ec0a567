"""Benchmarks, run by name; each prints its figures beside a floor of the same run."""

import os

# Eight clients do the work of weeks in a minute: the ceilings are counted as everywhere, and never reached.
for ceiling in ("SEARCHES", "READINGS", "FILES"):
    for span in ("HOUR", "DAY"):
        os.environ.setdefault(f"{ceiling}_PER_{span}", "10000000")
