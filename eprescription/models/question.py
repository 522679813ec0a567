"""What pharmacists ask and tell prescribers: a question with the change it proposes, and notices of what was done."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.nobody import wordless
from eprescription.models.prescription import Line, Prescription
from eprescription.models.states import QuestionState


class Problem(models.TextChoices):
    """Drug-related problems (codes of Interop'Santé, after the SFPC)."""

    CONTRAINDICATION = "1", _("Non-conformité ou contre-indication")
    UNTREATED = "2", _("Indication non traitée")
    UNDERDOSE = "3", _("Sous-dosage")
    OVERDOSE = "4", _("Surdosage")
    NOT_INDICATED = "5", _("Médicament non indiqué")
    INTERACTION_NOTED = "6.1", _("Interaction à prendre en compte")
    INTERACTION_PRECAUTION = "6.2", _("Interaction : précaution d'emploi")
    INTERACTION_DISCOURAGED = "6.3", _("Interaction : association déconseillée")
    INTERACTION_FORBIDDEN = "6.4", _("Interaction : contre-indication")
    INTERACTION_PUBLISHED = "6.5", _("Interaction publiée")
    ADVERSE = "7", _("Effet indésirable")
    ROUTE = "8", _("Voie ou administration inappropriée")
    NOT_RECEIVED = "9", _("Traitement non reçu")
    MONITORING = "10", _("Suivi à faire")


class Intervention(models.TextChoices):
    """What the pharmacist proposes (same source)."""

    ADD = "1", _("Ajouter")
    STOP = "2", _("Arrêter")
    SUBSTITUTE = "3", _("Remplacer le produit")
    ROUTE = "4", _("Changer la voie")
    MONITOR = "5", _("Suivre")
    ADMINISTRATION = "6", _("Changer les modalités de prise")
    DOSE = "7", _("Adapter la posologie")


class InterventionOutcome(models.TextChoices):
    """What became of it (same source)."""

    ACCEPTED = "1", _("Acceptée")
    REFUSED = "2", _("Refusée")
    UNKNOWN = "3", _("Sans réponse connue")
    CHANGED = "4", _("Acceptée avec modification")


class Question(models.Model):
    """One question about a line, with the change proposed; answered in one act by the author of the prescription.

    Empty fields of the proposal leave the line as it is. `new_line` is the version made when it was accepted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prescription = models.ForeignKey(
        Prescription, on_delete=models.PROTECT, related_name="questions"
    )
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="questions")
    pharmacy = models.ForeignKey("eprescription.Place", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=QuestionState, default=QuestionState.WAITING)
    version = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=3, choices=Problem)
    intervention = models.CharField(max_length=1, choices=Intervention)
    message = models.CharField(max_length=500, blank=True)
    urgent = models.BooleanField(default=False)
    # The change proposed
    cis = models.CharField(max_length=8, blank=True)
    posology = models.CharField(max_length=300, blank=True)
    duration_days = models.PositiveSmallIntegerField(null=True, blank=True)
    quantity = models.PositiveSmallIntegerField(null=True, blank=True)
    # The answer
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField(max_length=500, blank=True)
    new_line = models.OneToOneField(
        Line, on_delete=models.PROTECT, null=True, blank=True, related_name="made_by"
    )
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text="when the pharmacy read the answer"
    )

    class Meta:
        default_permissions = ()
        triggers = [
            wordless("NEW.message || NEW.answer || NEW.posology = ''", "NEW.prescription_id")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "pharmacy"],
                condition=Q(state__in=[QuestionState.WAITING, QuestionState.TO_CALL]),
                name="one_open_question_a_line",
            ),
            models.CheckConstraint(
                name="an_answer_has_its_author",
                condition=Q(state__in=[QuestionState.WAITING, QuestionState.WITHDRAWN])
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["pharmacy", "-at"], name="questions_of_pharmacy"),
            models.Index(fields=["prescription"], name="questions_of_prescription"),
        ]


class Notice(models.Model):
    """What the law wants the prescriber to be told of a dispensing; shown only while he may read the execution."""

    class Kind(models.TextChoices):
        BIOSIMILAR = "biosimilar", _("Un biosimilaire a été délivré")
        CHRONIC = "chronic", _("Un traitement chronique a été prolongé d'un mois")
        CONTRACEPTIVE = "pill", _("Des contraceptifs oraux ont été délivrés en supplément")
        URGENT = "urgent", _("Un autre produit a été délivré en urgence")
        SHORTAGE = "shortage", _("Un produit en rupture a été remplacé")
        REFUSED = "refused", _("Une délivrance a été refusée pour la santé du patient")
        FORGED = "forged", _("Une pharmacie signale cette ordonnance comme fausse")

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="notices")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, blank=True)
    pharmacy = models.ForeignKey("eprescription.Place", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["prescription", "-at"], name="notices_of_prescription")]
