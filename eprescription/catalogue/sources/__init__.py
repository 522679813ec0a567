"""Where the medicines come from: files of the ANSM and of the HAS, read into one model of facts.

`bdpm` reads the tables of the public drug base, `ansm` those of its successor; both yield the
dataclasses of `facts`, one line at a time, and what a source does not tell stays None.
"""
