"""Who signs in, in which role, at which place."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """One role at a time; a person may hold several."""

    PRESCRIBER = "prescriber", _("Prescripteur")
    PHARMACIST = "pharmacist", _("Pharmacien")
    PATIENT = "patient", _("Patient")
    OPERATOR = "operator", _("Exploitant du portail")


PROFESSIONAL = (Role.PRESCRIBER, Role.PHARMACIST)
WITHOUT_PLACE = (Role.PATIENT, Role.OPERATOR)


class Profession(models.TextChoices):
    """Codes of the national directory (Pro Santé Connect `codeProfession`)."""

    DOCTOR = "10", _("Médecin")
    PHARMACIST = "21", _("Pharmacien")
    DENTIST = "40", _("Chirurgien-dentiste")
    MIDWIFE = "50", _("Sage-femme")
    # The directory knows him by his role ("acteur caractérisé par son rôle").
    PREPARER = "99", _("Préparateur en pharmacie")


class Users(BaseUserManager["User"]):
    """Accounts are opened by the operator, never by sign-up."""

    def create_user(self, username: str, password: str | None = None) -> "User":
        user = self.model(username=username.lower())
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """An account: a name to sign in with. Civil identity never stands here."""

    class Density(models.TextChoices):
        AUTO = "", _("Selon le rôle")
        COMPACT = "compact", _("Compacte")
        COMFORTABLE = "comfortable", _("Confortable")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("identifiant"), max_length=60, unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    density = models.CharField(max_length=12, choices=Density, blank=True, default=Density.AUTO)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Users()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username


class Place(models.Model):
    """A practice or a pharmacy, as the public directories know it; its group carries grants."""

    class Kind(models.TextChoices):
        PRACTICE = "practice", _("Cabinet")
        PHARMACY = "pharmacy", _("Pharmacie")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    identifier = models.CharField(max_length=14, help_text="FINESS, or AM number of a practice")
    address = models.TextField(help_text="lines, the last one with the country")
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "identifier"], name="one_place_an_identifier")
        ]

    def __str__(self) -> str:
        return self.name


class Activity(models.Model):
    """A person in one role at one place (the directory's *situation d'exercice*)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="activities")
    role = models.CharField(max_length=12, choices=Role)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True)
    profession = models.CharField(max_length=2, choices=Profession, blank=True)
    identifier = models.CharField(max_length=11, blank=True, help_text="RPPS")
    title = models.CharField(max_length=40, blank=True)
    surname = models.CharField(max_length=80, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    speciality = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "place"],
                name="one_activity_a_role_and_place",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="professionals_have_a_place_and_a_name",
                condition=Q(role__in=WITHOUT_PLACE, place=None, identifier="", surname="")
                | (
                    Q(role__in=PROFESSIONAL, place__isnull=False)
                    & ~Q(identifier="")
                    & ~Q(surname="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.pk}"

    @property
    def person(self) -> str:
        """The name as a colleague would say it; empty for a patient, who is not named here."""
        return " ".join(filter(None, [self.title, self.first_name, self.surname]))
