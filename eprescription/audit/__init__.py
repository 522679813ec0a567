"""The append-only journal of acts and readings."""
