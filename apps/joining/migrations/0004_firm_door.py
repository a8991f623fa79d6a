"""The door of a firm's invitation: who holds the link comes in before any scope is open, and perhaps before firm and account are.

All run as the owner. The first tells the holder what the link is about; the second notes that a browser showed it; the third
makes or finds firm and person and lets them in, only while the invitation is open, and only for its number and its address. The
last two answer who manages a cluster: whether a number is in it, and how far its firms have come, in counts of people alone.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION joining_administers(p_user bigint, p_organization bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m
        JOIN tenancy_organizationrole r ON r.organization_id = m.organization_id AND r.role = 'tenant-admin'
        JOIN accounts_user_groups g ON g.group_id = r.group_id AND g.user_id = m.user_id
        WHERE m.user_id = p_user AND m.organization_id = p_organization AND m.is_active)
$$;

CREATE FUNCTION joining_firm_door(p_digest bytea, p_user bigint)
RETURNS TABLE (invitation_id bigint, cluster_id bigint, cluster_name varchar, cluster_name_en varchar, cluster_kind varchar,
               office_name varchar, office_name_en varchar, inviter varchar, kind varchar, business_number varchar,
               firm_name varchar, email varchar, language varchar, expires_at timestamptz, accepted_at timestamptz,
               revoked_at timestamptz, known_id bigint, known_name varchar, known_name_en varchar, is_in boolean,
               is_known boolean, administers jsonb, agreements jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.id, c.id, c.name, c.name_en, c.kind, o.legal_name, o.name_en, u.name, i.kind, i.business_number, i.firm_name,
           i.email, i.language, i.expires_at, i.accepted_at, i.revoked_at, k.id, k.legal_name, k.name_en,
           EXISTS (SELECT FROM tenancy_clustermembership m
                   WHERE m.cluster_id = c.id AND m.organization_id = k.id AND m.state = 'active'),
           EXISTS (SELECT FROM accounts_user p WHERE p.email = i.email),
           (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'legal_name', f.legal_name, 'name_en', f.name_en)
                                      ORDER BY f.legal_name), '[]')
            FROM accounts_membership m JOIN tenancy_organization f ON f.id = m.organization_id
            WHERE m.user_id = p_user AND joining_administers(p_user, f.id)),
           (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'kind', a.kind, 'version', a.version, 'text', a.text,
                                      'text_en', a.text_en, 'hash', a.hash) ORDER BY a.kind DESC), '[]')
            FROM (SELECT DISTINCT ON (kind) * FROM joining_agreement WHERE cluster_id = c.id ORDER BY kind, version DESC) a)
    FROM joining_firminvitation i
    JOIN tenancy_cluster c ON c.id = i.cluster_id
    JOIN tenancy_organization o ON o.id = i.office_id
    JOIN accounts_user u ON u.id = i.invited_by_id
    LEFT JOIN tenancy_businessnumber b ON b.number = i.business_number
    LEFT JOIN tenancy_organization k ON k.id = b.organization_id
    WHERE i.digest = p_digest
$$;

CREATE FUNCTION joining_opened(p_digest bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE joining_firminvitation SET opened_at = now()
    WHERE digest = p_digest AND opened_at IS NULL AND accepted_at IS NULL AND revoked_at IS NULL
$$;

-- No row where the invitation is not open, or not for this person or firm.
CREATE FUNCTION joining_take(p_digest bytea, p_user bigint, p_organization bigint, p_legal_name text, p_name_en text,
                             p_name text, p_password text, p_language text)
RETURNS TABLE (organization_id bigint, user_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE asked joining_firminvitation; firm bigint; person bigint := p_user;
BEGIN
    SELECT * INTO asked FROM joining_firminvitation i
    WHERE i.digest = p_digest AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now() FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM pg_advisory_xact_lock(hashtext('business number ' || asked.business_number));
    SELECT b.organization_id INTO firm FROM tenancy_businessnumber b WHERE b.number = asked.business_number;
    IF firm IS NOT NULL OR p_organization IS NOT NULL THEN
        IF firm IS NOT NULL AND firm IS DISTINCT FROM p_organization THEN RETURN; END IF;
        IF p_user IS NULL OR NOT joining_administers(p_user, p_organization) THEN RETURN; END IF;
        IF firm IS NULL THEN
            IF NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = p_user AND u.email = asked.email) THEN RETURN; END IF;
            INSERT INTO tenancy_businessnumber (number, is_primary, organization_id)
            SELECT asked.business_number,
                   NOT EXISTS (SELECT FROM tenancy_businessnumber b WHERE b.organization_id = p_organization AND b.is_primary),
                   p_organization;
        END IF;
        firm := p_organization;
    ELSE
        IF p_user IS NOT NULL THEN
            IF NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = p_user AND u.email = asked.email) THEN RETURN; END IF;
        ELSE
            INSERT INTO accounts_user (email, name, password, language, time_zone, single_keys, wants_mail, is_active,
                                       is_superuser, joined_at)
            VALUES (asked.email, p_name, p_password, p_language, 'Asia/Seoul', true, true, true, false, now())
            ON CONFLICT (email) DO NOTHING RETURNING id INTO person;
            IF person IS NULL THEN RETURN; END IF;
        END IF;
        INSERT INTO tenancy_organization (legal_name, name_en, gln, bpnl, ncage, created_at)
        VALUES (p_legal_name, p_name_en, '', '', '', now()) RETURNING id INTO firm;
        INSERT INTO tenancy_businessnumber (number, is_primary, organization_id) VALUES (asked.business_number, true, firm);
    END IF;
    INSERT INTO tenancy_clustermembership AS m (cluster_id, organization_id, kind, state, since)
    VALUES (asked.cluster_id, firm, asked.kind, 'active', current_date)
    ON CONFLICT (cluster_id, organization_id) DO UPDATE
        SET state = 'active', kind = CASE m.state WHEN 'active' THEN m.kind ELSE excluded.kind END;
    IF asked.kind = 'lead' THEN
        UPDATE tenancy_cluster c SET lead_id = firm WHERE c.id = asked.cluster_id AND c.kind = 'led' AND c.lead_id IS NULL;
    END IF;
    UPDATE joining_firminvitation i SET accepted_at = now(), accepted_by_id = person, organization_id = firm
    WHERE i.id = asked.id;
    organization_id := firm; user_id := person;
    RETURN NEXT;
END $$;

CREATE FUNCTION joining_manages(p_cluster bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM tenancy_clustermembership m
                   WHERE m.cluster_id = p_cluster AND m.organization_id = ANY (tenancy_ids('app.org_ids'))
                     AND m.kind IN ('lead', 'coordinator') AND m.state = 'active')
$$;

CREATE FUNCTION joining_numbers_in(p_cluster bigint, p_numbers text[]) RETURNS SETOF varchar
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.number FROM tenancy_businessnumber b
    JOIN tenancy_clustermembership m ON m.organization_id = b.organization_id
    WHERE m.cluster_id = p_cluster AND m.state = 'active' AND b.number = ANY (p_numbers) AND joining_manages(p_cluster)
$$;

CREATE FUNCTION joining_people(p_cluster bigint) RETURNS TABLE (organization_id bigint, people bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.organization_id, (SELECT count(*) FROM accounts_membership p
                               WHERE p.organization_id = m.organization_id AND p.is_active)
    FROM tenancy_clustermembership m WHERE m.cluster_id = p_cluster AND joining_manages(p_cluster)
$$;

REVOKE ALL ON FUNCTION joining_administers(bigint, bigint), joining_firm_door(bytea, bigint), joining_opened(bytea),
    joining_take(bytea, bigint, bigint, text, text, text, text, text), joining_manages(bigint),
    joining_numbers_in(bigint, text[]), joining_people(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION joining_firm_door(bytea, bigint), joining_opened(bytea),
    joining_take(bytea, bigint, bigint, text, text, text, text, text),
    joining_numbers_in(bigint, text[]), joining_people(bigint) TO app;
"""
BACKWARD = """
DROP FUNCTION joining_people(bigint); DROP FUNCTION joining_numbers_in(bigint, text[]); DROP FUNCTION joining_manages(bigint);
DROP FUNCTION joining_take(bytea, bigint, bigint, text, text, text, text, text); DROP FUNCTION joining_opened(bytea);
DROP FUNCTION joining_firm_door(bytea, bigint); DROP FUNCTION joining_administers(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("joining", "0003_firm_invitation"),
        ("accounts", "0007_invitation_door"),
        ("tenancy", "0008_cluster_kind"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
