"""Tables, words and triggers of search.

The triggers note each paper that is new or whose words change, whoever changes it: import, admin
site or a statement by hand. ON CONFLICT … UPDATE locks the note: a worker that is about to take it
skips it, so no change slips through between its taking the note and its reading the paper.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import pgvector.django.halfvec
import pgvector.django.indexes
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models
from pgvector.django import VectorExtension

CONFIGURATION = r"""
CREATE TEXT SEARCH CONFIGURATION lectern (COPY = english);
ALTER TEXT SEARCH CONFIGURATION lectern ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
-- "GPT-4" and "self-attention" are two words each: the parser would read -4 as a number and keep compounds as words of their own.
CREATE FUNCTION lectern_words(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(words, '-‐‑–—/_', '       ');
"""
NO_CONFIGURATION = "DROP FUNCTION lectern_words(text); DROP TEXT SEARCH CONFIGURATION lectern;"
TRIGGERS = """
CREATE FUNCTION papers_note_to_index(keys bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO papers_papertoindex (paper_id) SELECT DISTINCT key FROM unnest(keys) AS given (key) ORDER BY key
    ON CONFLICT (paper_id) DO UPDATE SET since = now();
$$;
CREATE FUNCTION papers_paper_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM papers_note_to_index(ARRAY(SELECT id FROM new_rows));
    RETURN NULL;
END $$;
CREATE FUNCTION papers_paper_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM papers_note_to_index(ARRAY(
        SELECT n.id FROM new_rows n JOIN old_rows o USING (id)
        WHERE (n.title, n.abstract, n.arxiv_id, n.doi) IS DISTINCT FROM (o.title, o.abstract, o.arxiv_id, o.doi)
    ));
    RETURN NULL;
END $$;
CREATE FUNCTION papers_authors_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM papers_note_to_index(ARRAY(SELECT paper_id FROM new_rows));
    RETURN NULL;
END $$;
CREATE FUNCTION papers_authors_left() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM papers_note_to_index(ARRAY(SELECT paper_id FROM old_rows));
    RETURN NULL;
END $$;
CREATE FUNCTION papers_author_renamed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM papers_note_to_index(ARRAY(
        SELECT s.paper_id FROM new_rows n JOIN old_rows o USING (id) JOIN papers_authorship s ON s.author_id = n.id WHERE n.name <> o.name
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER paper_came AFTER INSERT ON papers_paper
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION papers_paper_came();
CREATE TRIGGER paper_changed AFTER UPDATE ON papers_paper
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION papers_paper_changed();
CREATE TRIGGER authors_came AFTER INSERT ON papers_authorship
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION papers_authors_came();
CREATE TRIGGER authors_changed AFTER UPDATE ON papers_authorship
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION papers_authors_came();
CREATE TRIGGER authors_left AFTER DELETE ON papers_authorship
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION papers_authors_left();
CREATE TRIGGER author_renamed AFTER UPDATE ON papers_author
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION papers_author_renamed();
INSERT INTO papers_papertoindex (paper_id) SELECT id FROM papers_paper;
"""
NO_TRIGGERS = """
DROP TRIGGER paper_came ON papers_paper;
DROP TRIGGER paper_changed ON papers_paper;
DROP TRIGGER authors_came ON papers_authorship;
DROP TRIGGER authors_changed ON papers_authorship;
DROP TRIGGER authors_left ON papers_authorship;
DROP TRIGGER author_renamed ON papers_author;
DROP FUNCTION papers_paper_came, papers_paper_changed, papers_authors_came, papers_authors_left, papers_author_renamed;
DROP FUNCTION papers_note_to_index;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0003_sources'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        VectorExtension(),
        migrations.RunSQL(CONFIGURATION, NO_CONFIGURATION),
        migrations.CreateModel(
            name='PaperSearch',
            fields=[
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search', serialize=False, to='papers.paper')),
                ('title', django.contrib.postgres.search.SearchVectorField()),
                ('text', django.contrib.postgres.search.SearchVectorField()),
                ('embedding', pgvector.django.halfvec.HalfVectorField(dimensions=256, null=True)),
            ],
            options={
                'verbose_name': 'search row',
            },
        ),
        migrations.CreateModel(
            name='PaperToIndex',
            fields=[
                ('paper_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=40, unique=True)),
                ('papers', models.PositiveIntegerField(help_text='in how many papers it was when they were first indexed')),
            ],
            options={
                'verbose_name': 'search word',
            },
        ),
        migrations.AddIndex(
            model_name='listitem',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('note', config='lectern'), condition=models.Q(('note', ''), _negated=True), name='words_of_notes'),
        ),
        migrations.AddIndex(
            model_name='paper',
            index=models.Index(models.F('published_on'), name='papers_by_day'),
        ),
        migrations.AddField(
            model_name='papersearch',
            name='stats',
            field=models.ForeignObject(from_fields=['paper'], on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='papers.paperstats', to_fields=['paper']),
        ),
        migrations.AddIndex(
            model_name='searchword',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('word'), name='gin_trgm_ops'), fastupdate=True, name='words_by_trigrams'),
        ),
        migrations.AddIndex(
            model_name='papersearch',
            index=django.contrib.postgres.indexes.GinIndex(fields=['title'], name='words_of_titles'),
        ),
        migrations.AddIndex(
            model_name='papersearch',
            index=django.contrib.postgres.indexes.GinIndex(fields=['text'], name='words_of_papers'),
        ),
        migrations.AddIndex(
            model_name='papersearch',
            index=pgvector.django.indexes.HnswIndex(fields=['embedding'], name='meanings_of_papers', opclasses=['halfvec_cosine_ops']),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
