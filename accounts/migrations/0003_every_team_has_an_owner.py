"""The database itself sees to it, whoever changes a membership: at commit, a team that is still there has an owner.

The team's row is locked first, so that of two owners who leave at once the second one waits and fails.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION accounts_team_has_owner() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint := to_jsonb(CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END) ->> TG_ARGV[0];
BEGIN
    PERFORM 1 FROM accounts_team WHERE id = which FOR UPDATE;
    IF FOUND AND NOT EXISTS (SELECT 1 FROM accounts_membership WHERE team_id = which AND role = 'owner') THEN
        RAISE EXCEPTION 'team % has no owner', which USING ERRCODE = 'check_violation', CONSTRAINT = 'every_team_has_an_owner';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER every_team_has_an_owner AFTER INSERT ON accounts_team
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_team_has_owner('id');
CREATE CONSTRAINT TRIGGER an_owner_stays AFTER UPDATE OR DELETE ON accounts_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_team_has_owner('team_id');
"""
BACKWARDS = """
DROP TRIGGER an_owner_stays ON accounts_membership;
DROP TRIGGER every_team_has_an_owner ON accounts_team;
DROP FUNCTION accounts_team_has_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_people_teams_keys")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
