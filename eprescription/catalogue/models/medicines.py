"""The medicines. Rows are never deleted: a signed prescription may name any of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.catalogue.models.editions import Edition


class GenericGroup(models.Model):
    """A group of the répertoire des génériques: its members may stand in for each other."""

    code = models.CharField(primary_key=True, max_length=10)
    label = models.TextField()

    def __str__(self) -> str:
        return self.label


class Medicine(models.Model):
    """A speciality (CIS code), with the conditions that its marketing authorisation sets.

    `conditions` is the wording of the source, one a line. The fields after it are read from that
    wording (`conditions.py`), never guessed from a molecule. NULL means that the source sets none.
    """

    class List(models.TextChoices):
        """Lists of poisonous substances (CSP L. 5132-1 and following)."""

        NONE = "", _("non listé")
        LIST_I = "I", _("liste I")
        LIST_II = "II", _("liste II")
        NARCOTIC = "S", _("stupéfiant")

    cis = models.CharField(primary_key=True, max_length=8)
    name = models.TextField()
    inn = models.TextField(blank=True)
    strength = models.TextField(blank=True)
    form = models.TextField(blank=True)
    routes = models.TextField(blank=True)
    list = models.CharField(max_length=2, choices=List, blank=True, default=List.NONE)
    conditions = models.TextField(blank=True)
    max_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # Injectable morphine: 7 days, or 28 through an active pump. Only the prescriber knows which.
    max_days_extended = models.PositiveSmallIntegerField(null=True, blank=True)
    secured = models.BooleanField(default=False)
    fraction_days = models.PositiveSmallIntegerField(null=True, blank=True)
    ivg = models.BooleanField(default=False)
    atc = models.CharField(max_length=7, blank=True)
    # Told by no source: inferred from the other medicines of exactly the same substances.
    atc_inferred = models.BooleanField(default=False)
    marketed = models.BooleanField(default=True)
    status = models.CharField(max_length=60, blank=True, help_text="of the authorisation, verbatim")
    procedure = models.CharField(max_length=80, blank=True)
    holder = models.TextField(blank=True)
    authorised_on = models.DateField(null=True, blank=True)
    # Reinforced surveillance (black triangle); NULL: the source does not say.
    black_triangle = models.BooleanField(null=True, blank=True)
    homeopathic = models.BooleanField(default=False)
    # The same for all medicines that one INN, strength and form names: its generic group, else words.
    inn_key = models.CharField(max_length=64, blank=True, db_index=True)
    usage = models.PositiveIntegerField(default=0)
    # The last edition that told of it; not the active one: it has left the base.
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="medicines")
    groups = models.ManyToManyField(GenericGroup, through="Membership", related_name="medicines")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cis__regex=r"^[0-9]{8}$"), name="catalogue_cis_is_8_digits"
            ),
            models.CheckConstraint(
                condition=Q(list__in=["", "I", "II", "S"]), name="catalogue_known_list"
            ),
            models.CheckConstraint(
                condition=Q(max_days=None) | Q(max_days__gt=0), name="catalogue_max_days_positive"
            ),
            models.CheckConstraint(
                condition=Q(max_days_extended=None) | Q(max_days_extended__gt=models.F("max_days")),
                name="catalogue_extended_is_longer",
            ),
            models.CheckConstraint(
                condition=Q(fraction_days=None) | Q(fraction_days__gt=0),
                name="catalogue_fraction_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """The role of a medicine in a generic group; 63 medicines of the base stand in two groups."""

    class Kind(models.IntegerChoices):
        """As CIS_GENER_bdpm.txt codes it (ANSM specification v4)."""

        PRINCEPS = 0, _("princeps")
        GENERIC = 1, _("générique")
        COMPLEMENTARY = 2, _("générique par complémentarité posologique")
        SUBSTITUTABLE = 4, _("générique substituable")

    group = models.ForeignKey(GenericGroup, on_delete=models.PROTECT, related_name="memberships")
    # The base names members that it does not describe (2,517 rows): kept as it says, without a constraint.
    medicine = models.ForeignKey(
        Medicine, on_delete=models.PROTECT, related_name="memberships", db_constraint=False
    )
    kind = models.PositiveSmallIntegerField(choices=Kind)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "medicine"], name="catalogue_one_kind_a_group"
            ),
            models.CheckConstraint(condition=Q(kind__in=[0, 1, 2, 4]), name="catalogue_known_kind"),
        ]


class Pack(models.Model):
    """A box that a pharmacy can hold in its hand (CIP code). `units` counts what one counts in it:
    tablets, sachets, syringes, doses; NULL when the label tells only a volume or a weight."""

    cip13 = models.CharField(primary_key=True, max_length=13)
    cip7 = models.CharField(max_length=7, unique=True)
    # The base has a few boxes of medicines that it does not describe.
    medicine = models.ForeignKey(
        Medicine, on_delete=models.PROTECT, related_name="packs", db_constraint=False
    )
    label = models.TextField()
    units = models.PositiveIntegerField(null=True, blank=True)
    reimbursement = models.CharField(max_length=10, blank=True)
    marketed = models.BooleanField(default=True)
    status = models.CharField(max_length=80, blank=True, help_text="declared, verbatim")
    declared_on = models.DateField(null=True, blank=True)
    price_cents = models.PositiveIntegerField(null=True, blank=True)  # fee included
    hospital_use = models.BooleanField(null=True, blank=True)  # agrément aux collectivités
    indications = models.TextField(blank=True, help_text="that open the right to reimbursement")
    usage = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cip13__regex=r"^34009[0-9]{8}$"), name="catalogue_cip13_is_french"
            ),
            models.CheckConstraint(
                condition=Q(cip7__regex=r"^[0-9]{7}$"), name="catalogue_cip7_is_7_digits"
            ),
            models.CheckConstraint(
                condition=Q(units=None) | Q(units__gt=0), name="catalogue_units_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Token(models.Model):
    """One normalised word by which a medicine is found. `leads`: its name or INN starts with it."""

    word = models.CharField(max_length=60)
    medicine = models.ForeignKey(Medicine, on_delete=models.CASCADE, related_name="tokens")
    leads = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["medicine", "word"], name="catalogue_one_token_a_word")
        ]
        indexes = [
            # LIKE 'amox%' uses a B-tree only with this operator class, whatever the collation is.
            models.Index(
                fields=["word"],
                include=["medicine", "leads"],
                opclasses=["text_pattern_ops"],
                name="catalogue_token_prefix",
            )
        ]


class Substance(models.Model):
    """A substance of the drug base, by its five-digit code (leading zeros count)."""

    code = models.CharField(primary_key=True, max_length=5)
    name = models.TextField()

    def __str__(self) -> str:
        return self.name


class Ingredient(models.Model):
    """A substance in a medicine. `nature`: SA the active substance (often a salt), FT its
    therapeutic fraction (what an INN names); `link` ties the two, within one medicine."""

    medicine = models.ForeignKey(Medicine, on_delete=models.CASCADE, related_name="ingredients")
    rank = models.PositiveSmallIntegerField()
    element = models.TextField(blank=True)
    substance = models.ForeignKey(Substance, on_delete=models.PROTECT, related_name="ingredients")
    nature = models.CharField(max_length=2)
    link = models.PositiveSmallIntegerField(null=True, blank=True)
    strength = models.TextField(blank=True)
    per = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["medicine", "rank"], name="catalogue_one_rank"),
            models.CheckConstraint(
                condition=Q(nature__in=["SA", "FT"]), name="catalogue_known_nature"
            ),
        ]


class Shortage(models.Model):
    """What the ANSM says of the supply of a medicine, or of one of its boxes (`cip13`)."""

    class Kind(models.IntegerChoices):
        """As CIS_CIP_Dispo_Spec.txt codes it."""

        OUT = 1, _("rupture de stock")
        TENSION = 2, _("tension d'approvisionnement")
        STOPPED = 3, _("arrêt de commercialisation")
        BACK = 4, _("remise à disposition")

    # No constraint: the ANSM also tells of medicines that the base does not describe.
    medicine = models.ForeignKey(
        Medicine, on_delete=models.PROTECT, related_name="shortages", db_constraint=False
    )
    cip13 = models.CharField(max_length=13, blank=True)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    label = models.CharField(max_length=120)
    since = models.DateField(null=True, blank=True)
    updated_on = models.DateField(null=True, blank=True)
    back_on = models.DateField(null=True, blank=True)
    url = models.URLField(max_length=300, blank=True)


class Opinion(models.Model):
    """What the HAS said of the benefit of a medicine: SMR, or ASMR (the improvement)."""

    medicine = models.ForeignKey(
        Medicine, on_delete=models.PROTECT, related_name="opinions", db_constraint=False
    )
    file = models.CharField(max_length=20, help_text="number of the HAS file")
    improvement = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    given_on = models.DateField(null=True, blank=True)
    value = models.CharField(max_length=60)
    text = models.TextField(blank=True)


class OpinionPage(models.Model):
    """Where the opinion of a HAS file is published."""

    file = models.CharField(primary_key=True, max_length=20)
    url = models.URLField(max_length=300)
