"""Lines remember what is due of them at which counter."""

import django.db.models.deletion
from django.db import migrations, models

# What was delivered before is dated once, as far back as a list looks; the lines themselves stay insert-only.
FILL = """
ALTER TABLE eprescription_dispensedline DISABLE TRIGGER USER;
UPDATE eprescription_dispensedline l
   SET pharmacy_id = d.pharmacy_id,
       owed_since = CASE WHEN owed > 0 THEN (d.at AT TIME ZONE 'Europe/Paris')::date END,
       ends_on = CASE WHEN owed = 0 AND quantity > 0 AND days > 0
                      THEN (d.at AT TIME ZONE 'Europe/Paris')::date + days END
  FROM eprescription_dispensing d
 WHERE d.id = l.dispensing_id AND d.at > now() - interval '110 days';
ALTER TABLE eprescription_dispensedline ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("eprescription", "0015_refused_deed"),
    ]

    operations = [
        migrations.AddField(
            model_name="dispensedline",
            name="pharmacy",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="eprescription.place",
            ),
        ),
        migrations.AddField(
            model_name="dispensedline",
            name="owed_since",
            field=models.DateField(blank=True, help_text="when something is owed", null=True),
        ),
        migrations.AddField(
            model_name="dispensedline",
            name="ends_on",
            field=models.DateField(
                blank=True,
                help_text="when nothing is owed: what was given lasts until then",
                null=True,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="dispensedline",
            index=models.Index(
                condition=models.Q(("owed_since__isnull", False)),
                fields=["pharmacy", "owed_since"],
                name="boxes_owed",
            ),
        ),
        migrations.AddIndex(
            model_name="dispensedline",
            index=models.Index(
                condition=models.Q(("ends_on__isnull", False)),
                fields=["pharmacy", "ends_on"],
                name="treatments_ending",
            ),
        ),
    ]
