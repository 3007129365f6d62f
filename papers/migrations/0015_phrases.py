"""Addresses in abstracts are words, too; indexes by which phrases and whole titles are found, however common their words.

An index of words knows which papers hold "deep" and which hold "learning". Whether the two stand side by side it can
only see in the papers themselves, all of them; an index of pairs knows. Pairs are kept as one of 262,144 numbers, which keeps
the index small; those that share a number by chance are told apart when the phrase itself is looked for in what is left.
"""

import django.contrib.postgres.indexes
from django.db import migrations

import papers.models.search

# "github.com" is two words, as people look for them; "3.5" is one.
WORDS = r"""
CREATE OR REPLACE FUNCTION lectern_words(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(translate(words, '-‐‑–—/_', '       '), '\.(?=[[:alpha:]])', ' ', 'g');
"""
WORDS_BEFORE = """
CREATE OR REPLACE FUNCTION lectern_words(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(words, '-‐‑–—/_', '       ');
"""
PAIRS = """
CREATE FUNCTION lectern_pairs(words tsvector) RETURNS int[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$ BEGIN
    RETURN (
        SELECT coalesce(array_agg(hashtext(lexeme || ' ' || following) & 262143) FILTER (WHERE following IS NOT NULL), '{}')
        FROM (
            SELECT lexeme, lead(lexeme) OVER (ORDER BY place, lexeme) AS following
            FROM unnest(words) AS each (lexeme, places, weights), unnest(places) AS place
        ) AS side_by_side
    );
END $$;
"""
# A search reads the words of up to a thousand papers: they stay in the row itself, and as they are.
ALL_AGAIN = "INSERT INTO papers_papertoindex (paper_id) SELECT paper_id FROM papers_papersearch ORDER BY paper_id ON CONFLICT DO NOTHING"
ROWS = "ALTER TABLE papers_papersearch SET (toast_tuple_target = 8160)"


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0014_citations'),
    ]

    operations = [
        migrations.RunSQL(WORDS, WORDS_BEFORE),
        migrations.RunSQL(PAIRS, "DROP FUNCTION lectern_pairs(tsvector)"),
        migrations.RunSQL(ROWS, "ALTER TABLE papers_papersearch RESET (toast_tuple_target)"),
        migrations.RunSQL(ALL_AGAIN, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='papersearch',
            index=django.contrib.postgres.indexes.HashIndex(papers.models.search.SameWords('title'), name='titles_of_same_words'),
        ),
        migrations.AddIndex(
            model_name='papersearch',
            index=django.contrib.postgres.indexes.GinIndex(papers.models.search.Pairs('text'), name='pairs_of_words'),
        ),
    ]
