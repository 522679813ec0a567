"""A grant stands once: guardian's own rule, which a table with a Meta of its own does not inherit."""

from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef

TABLES = {"prescriptionusergrant": "user", "prescriptiongroupgrant": "group"}


def forget_copies(apps: Any, schema_editor: Any) -> None:
    """Keeps the first of equal grants."""
    for name, holder in TABLES.items():
        model = apps.get_model("eprescription", name)
        same = {key: OuterRef(key) for key in ("content_object", holder, "permission")}
        earlier = model.objects.filter(pk__lt=OuterRef("pk"), **same)
        model.objects.filter(Exists(earlier)).delete()


class Migration(migrations.Migration):
    dependencies = [("eprescription", "0022_components")]

    operations = [
        migrations.RunPython(forget_copies, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="prescriptionusergrant",
            constraint=models.UniqueConstraint(
                fields=("content_object", "user", "permission"), name="granted_once_to_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="prescriptiongroupgrant",
            constraint=models.UniqueConstraint(
                fields=("content_object", "group", "permission"), name="granted_once_to_a_pharmacy"
            ),
        ),
    ]
