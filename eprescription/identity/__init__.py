"""Civil identity: who a patient is, sealed apart from what was prescribed.

`vault` is the only door to the stored identities; the other modules are pure and know no database.
"""
