"""Backups of the whole base, their restoration, and what a restoration may have lost."""
