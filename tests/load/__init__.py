"""Benchmarks, run by name: `python -m tests.load.journey`."""
