"""How much one professional looks for and reads, each number with its reason; an installation sets others.

A stolen or curious account is stopped long before it has emptied the base (security.md 2.10, row 61); nobody who works
meets these ceilings.
"""

from eprescription.environment import env

# A practice opens its doors to one new patient in some minutes; sixty different people an hour is a minute each.
SEARCHES_PER_HOUR = env.int("SEARCHES_PER_HOUR", default=60)
SEARCHES_PER_DAY = env.int("SEARCHES_PER_DAY", default=300)
# A search that finds nobody is how somebody guesses: it weighs as much as so many that find.
WEIGHT_OF_A_MISS = env.int("WEIGHT_OF_A_MISS", default=3)
# A busy counter reads a prescription ten times before it is dispensed, and dispenses thirty an hour.
READINGS_PER_HOUR = env.int("READINGS_PER_HOUR", default=400)
READINGS_PER_DAY = env.int("READINGS_PER_DAY", default=2000)
# A register leaves as a file at the end of a period, or of an inspection.
FILES_PER_HOUR = env.int("FILES_PER_HOUR", default=10)
FILES_PER_DAY = env.int("FILES_PER_DAY", default=30)
# A place is allowed what so many of its people may do together: several stolen accounts are one theft.
PEOPLE_OF_A_PLACE = env.int("PEOPLE_OF_A_PLACE", default=5)
# Software calls twice a second for somebody at work, and ten times as often for all of a region.
CALLS_OF_A_PROFESSIONAL_PER_MINUTE = env.int("CALLS_OF_A_PROFESSIONAL_PER_MINUTE", default=120)
CALLS_OF_A_SOFTWARE_PER_MINUTE = env.int("CALLS_OF_A_SOFTWARE_PER_MINUTE", default=6000)
