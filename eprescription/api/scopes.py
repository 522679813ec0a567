"""What each kind of software may ask for; no rule means no."""

from eprescription.models import Role, Software

WRITE = "prescription.write"
READ = "prescription.read"
CANCEL = "prescription.cancel"
EXECUTION = "execution.read"
PRESENT = "prescription.present"
DISPENSE = "prescription.dispense"
RELEASE = "prescription.release"

SCOPES: dict[str, tuple[str, ...]] = {
    Software.Kind.LAP: (WRITE, READ, CANCEL, EXECUTION),
    Software.Kind.LGO: (PRESENT, READ, DISPENSE, RELEASE, EXECUTION),
}
ROLES: dict[str, str] = {
    Software.Kind.LAP: Role.PRESCRIBER,
    Software.Kind.LGO: Role.PHARMACIST,
}
