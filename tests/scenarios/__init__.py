"""The acceptance scenarios of the field, by their numbers."""
