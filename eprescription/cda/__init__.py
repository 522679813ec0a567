"""The French CDA R2 documents: eP-MED-DM of a prescription, eDISP-MED of a dispensing (CI-SIS, 2024.01).

    prescription.document_of(prescription, traits, version)   a signed prescription, the printed page in it
    dispensing.document_of(dispensing, traits)                what one act at the counter handed over

Both name a patient in their header: nothing is written of an anonymous prescription (CSP R. 4072-1).
"""
