"""What the portal forgets, when, and on whose demand (security.md 2.15)."""
