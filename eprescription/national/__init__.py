"""National sign-in: Pro Santé Connect for professionals, FranceConnect for patients, both by OpenID Connect.

`registered` says which providers this installation knows, `wire` speaks to them, `tokens` believes nothing that is not
signed for us, `flow` is the way there and back, `claims` reads who came, `matching` finds the account that is his,
`directory` knows who is still on the roll, `entering` begins the session.
"""
