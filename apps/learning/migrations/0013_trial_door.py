"""The door of a trial: who holds the link reads and says what it is about, and nothing beside it, before anybody is known.

All run as the owner. The first tells what the link's page shows; the second gives what its bundle is made of while it is
offered, and notes once that it was loaded; the third notes the one word, unless the office has ended the trial.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION learning_trial_door(p_digest bytea)
RETURNS TABLE (federation_id bigint, programme varchar, process varchar, office varchar, office_en varchar,
               contract_number integer, contract_hash varchar, expires_at timestamptz, tried_at timestamptz,
               convinced_at timestamptz, withdrawn_at timestamptz, is_offered boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.federation_id, p.name, p.process, o.legal_name, o.name_en, c.number, c.hash,
           t.expires_at, t.tried_at, t.convinced_at, t.withdrawn_at,
           t.withdrawn_at IS NULL AND t.expires_at > clock_timestamp()
           AND m.file <> '' AND m.released_at IS NOT NULL AND m.retired_at IS NULL
    FROM learning_trial t
    JOIN learning_programme p ON p.id = t.programme_id
    JOIN learning_modelversion m ON m.id = t.model_id
    JOIN learning_run r ON r.id = m.run_id
    JOIN learning_contractversion c ON c.id = r.contract_id
    JOIN tenancy_organization o ON o.id = t.office_id
    WHERE t.secret_hash = p_digest
$$;

-- No row where it is not offered; of the model's figures those that all members see.
CREATE FUNCTION learning_trial_bundle(p_digest bytea)
RETURNS TABLE (file varchar, run_id bigint, document jsonb, released jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT FROM learning_trial_door(p_digest) d WHERE d.is_offered) THEN RETURN; END IF;
    UPDATE learning_trial t SET taken_at = clock_timestamp() WHERE t.secret_hash = p_digest AND t.taken_at IS NULL;
    RETURN QUERY
        SELECT m.file, m.run_id, c.document,
               (SELECT coalesce(jsonb_object_agg(f.key, f.value), '{}') FROM jsonb_each(m.figures) f
                WHERE starts_with(f.key, 'unseen_'))
        FROM learning_trial t
        JOIN learning_modelversion m ON m.id = t.model_id
        JOIN learning_run r ON r.id = m.run_id
        JOIN learning_contractversion c ON c.id = r.contract_id
        WHERE t.secret_hash = p_digest;
END $$;

-- What was said once stays as it was.
CREATE FUNCTION learning_trial_say(p_digest bytea, p_said text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE learning_trial SET
        tried_at = CASE p_said WHEN 'tried' THEN coalesce(tried_at, clock_timestamp()) ELSE tried_at END,
        convinced_at = CASE p_said WHEN 'convinced' THEN coalesce(convinced_at, clock_timestamp()) ELSE convinced_at END
    WHERE secret_hash = p_digest AND withdrawn_at IS NULL
$$;

REVOKE ALL ON FUNCTION learning_trial_door(bytea), learning_trial_bundle(bytea), learning_trial_say(bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION learning_trial_door(bytea), learning_trial_bundle(bytea), learning_trial_say(bytea, text) TO app;
"""
BACKWARD = """
DROP FUNCTION learning_trial_say(bytea, text); DROP FUNCTION learning_trial_bundle(bytea);
DROP FUNCTION learning_trial_door(bytea);
"""


class Migration(migrations.Migration):
    dependencies = [("learning", "0012_trial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
