"""How long the portal keeps what, in days, each with its reason; an installation sets others in its environment.

To be confirmed with counsel before production (security.md 2.15).
"""

from datetime import timedelta

from eprescription.environment import env


def _days(name: str, default: int) -> timedelta:
    return timedelta(days=env.int(name, default=default))


# A draft that its author left is of no use to the care of anybody.
KEEP_DRAFTS = _days("KEEP_DRAFTS_DAYS", 30)
# CSP R. 4071-1, 2°: five years at most from the writing of the prescription, with what was dispensed on it.
KEEP_PRESCRIPTIONS = _days("KEEP_PRESCRIPTIONS_DAYS", 5 * 365)
# The register of listed medicines and that of narcotics: ten years (CSP R. 5132-10, R. 5132-36).
KEEP_REGISTERS = _days("KEEP_REGISTERS_DAYS", 10 * 365)
# Anonymous (IVG): after validity, what the pharmacy needs to bill it and to answer a rejected invoice.
KEEP_ANONYMOUS = _days("KEEP_ANONYMOUS_DAYS", 90)
# Keys that keep an act from being done twice, and what has left the outboxes: longer than any retry.
KEEP_DONE = _days("KEEP_DONE_DAYS", 30)
