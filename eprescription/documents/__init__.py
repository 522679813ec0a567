"""What leaves the portal on paper or as a picture, and comes back.

Pure Python: no Django, no database, no clock.
"""
