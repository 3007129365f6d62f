from django.db import migrations

# A paper that was noted in this very transaction is noted: COPY of papers and then of their authors
# would otherwise write each note twice.
ONCE = """
CREATE OR REPLACE FUNCTION papers_note_to_index(keys bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO papers_papertoindex (paper_id) SELECT DISTINCT key FROM unnest(keys) AS given (key) ORDER BY key
    ON CONFLICT (paper_id) DO UPDATE SET since = now() WHERE papers_papertoindex.since <> now();
$$;
"""
TWICE = ONCE.replace(" WHERE papers_papertoindex.since <> now()", "")


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0006_other_names'),
    ]

    operations = [
        migrations.RunSQL(ONCE, TWICE),
    ]
