"""Everything a prescriber can do, and nothing else."""
