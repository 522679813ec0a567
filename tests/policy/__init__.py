"""Who may pass which door, for which object: every route of the portal, every relation, in one readable file."""
