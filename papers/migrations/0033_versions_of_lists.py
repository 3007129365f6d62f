"""Versions of lists: programs that keep a copy ask for what changed since theirs (docs/decisions/0018).

The database itself gives them, whoever writes. A version is taken with the list's row locked until the
commit, so nobody who sees one can find a lower one later; all that one transaction does to a list has the
same. It grows by one at least, and to the milliseconds since 1970, so that neither a list that is made
anew under an old address nor a restored backup gives a version out twice.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


FORWARDS = """
ALTER TABLE papers_tombstone ADD CONSTRAINT tombstones_go_with_their_list
    FOREIGN KEY (reading_list_id) REFERENCES papers_readinglist ON DELETE CASCADE;

CREATE FUNCTION papers_version_after(version bigint) RETURNS bigint LANGUAGE sql VOLATILE
    RETURN greatest(version + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint);

-- The setting lives as long as the transaction, and a savepoint that is rolled back takes it back, too.
CREATE FUNCTION papers_next_version(list bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    mark text := format(' %s ', list);
    marks text := coalesce(current_setting('lectern.versioned_lists', true), '');
    given bigint;
BEGIN
    IF position(mark IN marks) > 0 THEN
        SELECT version INTO given FROM papers_readinglist WHERE id = list;
    ELSE
        UPDATE papers_readinglist SET version = papers_version_after(version) WHERE id = list RETURNING version INTO given;
        PERFORM set_config('lectern.versioned_lists', marks || mark, true);
    END IF;
    RETURN given;
END $$;

-- Who added a paper, and who wrote its note, may be forgotten later; that is no change. Rows that are written back whole lose nothing.
CREATE FUNCTION papers_item_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR (OLD.reading_list_id, OLD.paper_id, OLD.position, OLD.note)
            IS DISTINCT FROM (NEW.reading_list_id, NEW.paper_id, NEW.position, NEW.note) THEN
        NEW.version := coalesce(papers_next_version(NEW.reading_list_id), NEW.version);
    ELSE
        NEW.version := greatest(OLD.version, NEW.version);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER item_changes BEFORE INSERT OR UPDATE ON papers_listitem FOR EACH ROW EXECUTE FUNCTION papers_item_changes();

CREATE FUNCTION papers_item_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM papers_tombstone AS tombstone USING papers_paper AS paper
    WHERE paper.id = NEW.paper_id AND tombstone.reading_list_id = NEW.reading_list_id AND tombstone.slug = paper.slug;
    RETURN NULL;
END $$;
CREATE FUNCTION papers_item_left() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given bigint := papers_next_version(OLD.reading_list_id);
BEGIN
    INSERT INTO papers_tombstone (reading_list_id, slug, arxiv_id, doi, version)
    SELECT OLD.reading_list_id, slug, arxiv_id, doi, given FROM papers_paper WHERE id = OLD.paper_id AND given IS NOT NULL
    ON CONFLICT (reading_list_id, slug) DO UPDATE
        SET version = excluded.version, arxiv_id = excluded.arxiv_id, doi = excluded.doi;
    RETURN NULL;
END $$;
CREATE TRIGGER item_came AFTER INSERT ON papers_listitem FOR EACH ROW
    WHEN (NEW.reading_list_id IS NOT NULL) EXECUTE FUNCTION papers_item_came();
CREATE TRIGGER item_came_from_elsewhere AFTER UPDATE ON papers_listitem FOR EACH ROW
    WHEN (NEW.reading_list_id IS NOT NULL AND (OLD.reading_list_id, OLD.paper_id) IS DISTINCT FROM (NEW.reading_list_id, NEW.paper_id))
    EXECUTE FUNCTION papers_item_came();
CREATE TRIGGER item_left AFTER DELETE ON papers_listitem FOR EACH ROW
    WHEN (OLD.reading_list_id IS NOT NULL) EXECUTE FUNCTION papers_item_left();
CREATE TRIGGER item_left_for_elsewhere AFTER UPDATE ON papers_listitem FOR EACH ROW
    WHEN (OLD.reading_list_id IS NOT NULL AND (OLD.reading_list_id, OLD.paper_id) IS DISTINCT FROM (NEW.reading_list_id, NEW.paper_id))
    EXECUTE FUNCTION papers_item_left();

CREATE FUNCTION papers_item_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE papers_listitem SET version = papers_next_version(reading_list_id)
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.item_id ELSE NEW.item_id END
        AND reading_list_id IS NOT NULL AND version <> papers_next_version(reading_list_id);
    RETURN NULL;
END $$;
CREATE TRIGGER item_tagged AFTER INSERT OR UPDATE OR DELETE ON papers_itemtag FOR EACH ROW EXECUTE FUNCTION papers_item_tagged();

CREATE FUNCTION papers_tag_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE papers_listitem SET version = papers_next_version(reading_list_id)
    WHERE id IN (SELECT item_id FROM papers_itemtag WHERE tag_id = NEW.id) AND reading_list_id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER tag_renamed AFTER UPDATE ON papers_tag FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION papers_tag_renamed();

-- Whom a list is opened to is not told what was taken out before: what is told begins anew with its readers.
CREATE FUNCTION papers_list_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := papers_version_after(CASE WHEN TG_OP = 'UPDATE' THEN OLD.version ELSE 0 END);
    NEW.first_version := NEW.version;
    RETURN NEW;
END $$;
CREATE TRIGGER list_begins BEFORE INSERT ON papers_readinglist FOR EACH ROW EXECUTE FUNCTION papers_list_begins();
CREATE TRIGGER list_readers_change BEFORE UPDATE ON papers_readinglist FOR EACH ROW
    WHEN ((OLD.owner_id, OLD.parent_id, OLD.visibility) IS DISTINCT FROM (NEW.owner_id, NEW.parent_id, NEW.visibility))
    EXECUTE FUNCTION papers_list_begins();
CREATE FUNCTION papers_list_shared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE papers_readinglist SET (version, first_version) = (SELECT given, given FROM papers_version_after(version) AS given)
    WHERE id = NEW.reading_list_id;
    RETURN NULL;
END $$;
CREATE TRIGGER list_shared AFTER INSERT ON papers_listshare FOR EACH ROW EXECUTE FUNCTION papers_list_shared();
CREATE FUNCTION papers_list_keeps_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := greatest(OLD.version, NEW.version);
    NEW.first_version := greatest(OLD.first_version, NEW.first_version);
    RETURN NEW;
END $$;
CREATE TRIGGER list_keeps_versions BEFORE UPDATE ON papers_readinglist FOR EACH ROW
    WHEN (NEW.version < OLD.version OR NEW.first_version < OLD.first_version) EXECUTE FUNCTION papers_list_keeps_versions();
"""
BACKWARDS = """
DROP TRIGGER list_keeps_versions ON papers_readinglist;
DROP TRIGGER list_shared ON papers_listshare;
DROP TRIGGER list_readers_change ON papers_readinglist;
DROP TRIGGER list_begins ON papers_readinglist;
DROP TRIGGER tag_renamed ON papers_tag;
DROP TRIGGER item_tagged ON papers_itemtag;
DROP TRIGGER item_left_for_elsewhere ON papers_listitem;
DROP TRIGGER item_left ON papers_listitem;
DROP TRIGGER item_came_from_elsewhere ON papers_listitem;
DROP TRIGGER item_came ON papers_listitem;
DROP TRIGGER item_changes ON papers_listitem;
DROP FUNCTION papers_list_keeps_versions(), papers_list_shared(), papers_list_begins(), papers_tag_renamed(), papers_item_tagged(),
    papers_item_left(), papers_item_came(), papers_item_changes(), papers_next_version(bigint), papers_version_after(bigint);
ALTER TABLE papers_tombstone DROP CONSTRAINT tombstones_go_with_their_list;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0032_hub_round'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=255)),
                ('arxiv_id', models.CharField(max_length=40, null=True)),
                ('doi', models.CharField(max_length=255, null=True)),
                ('version', models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name='listitem',
            name='version',
            field=models.BigIntegerField(db_default=1, editable=False),
        ),
        migrations.AddField(
            model_name='readinglist',
            name='first_version',
            field=models.BigIntegerField(db_default=1, editable=False),
        ),
        migrations.AddField(
            model_name='readinglist',
            name='version',
            field=models.BigIntegerField(db_default=1, editable=False),
        ),
        migrations.AddIndex(
            model_name='listitem',
            index=models.Index(fields=['reading_list', 'version', 'id'], name='items_by_version'),
        ),
        migrations.AddField(
            model_name='tombstone',
            name='reading_list',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='tombstones', to='papers.readinglist'),
        ),
        migrations.AddIndex(
            model_name='tombstone',
            index=models.Index(fields=['reading_list', 'version', 'id'], name='tombstones_by_version'),
        ),
        migrations.AddConstraint(
            model_name='tombstone',
            constraint=models.UniqueConstraint(fields=('reading_list', 'slug'), name='one_tombstone_per_paper'),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
