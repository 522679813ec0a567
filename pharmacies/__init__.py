"""Everything a pharmacist can do, and nothing else."""
