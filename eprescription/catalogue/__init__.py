"""Medicines as the public drug base tells them: what exists, and under which conditions.

Nothing here is about a person, and nothing here imports the rest of the portal.
"""
