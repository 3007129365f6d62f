import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# Summaries are made where papers are indexed, so every paper waits for that once more.
ALL_AGAIN = "INSERT INTO papers_papertoindex (paper_id) SELECT id FROM papers_paper ORDER BY id ON CONFLICT DO NOTHING"


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0008_saved_searches'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperSummary',
            fields=[
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='in_short', serialize=False, to='papers.paper')),
                ('text', models.TextField(blank=True)),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
            ],
            options={
                'verbose_name': 'summary',
            },
        ),
        migrations.RunSQL(ALL_AGAIN, migrations.RunSQL.noop),
    ]
