"""`inventory_post`: movements and their balances in one statement. It runs with the caller's rights and policies."""

from django.db import migrations

TYPE = """
CREATE TYPE inventory_move AS (
    organization_id bigint, partner_part_id bigint, site_id bigint, status varchar, owner_id bigint, lot varchar,
    unit varchar, quantity numeric, kind varchar, reference varchar, created_by_id bigint
)
"""
POST = """
CREATE FUNCTION inventory_post(moves jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    given inventory_move[] := ARRAY(SELECT row(m.*)::inventory_move FROM jsonb_populate_recordset(null::inventory_move, moves) m);
    short record;
BEGIN
    INSERT INTO inventory_stockbalance
        (organization_id, partner_part_id, site_id, status, owner_id, lot, unit, quantity, as_of)
    SELECT DISTINCT organization_id, partner_part_id, site_id, status, owner_id, lot, unit, 0, now()
    FROM unnest(given) ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT DO NOTHING;

    SELECT b.partner_part_id, b.quantity + m.quantity AS quantity INTO short
    FROM (
        SELECT * FROM inventory_stockbalance
        WHERE (organization_id, partner_part_id, site_id) IN (SELECT organization_id, partner_part_id, site_id FROM unnest(given))
        ORDER BY id FOR UPDATE
    ) b
    JOIN (
        SELECT organization_id, partner_part_id, site_id, status, owner_id, lot, sum(quantity) AS quantity
        FROM unnest(given) GROUP BY 1, 2, 3, 4, 5, 6
    ) m USING (organization_id, partner_part_id, site_id, status, owner_id, lot)
    WHERE b.quantity + m.quantity < 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_balance_not_negative',
            MESSAGE = 'negative stock',
            DETAIL = json_build_object('partner_part_id', short.partner_part_id, 'quantity', short.quantity::text)::text;
    END IF;

    UPDATE inventory_stockbalance b SET quantity = b.quantity + m.quantity, as_of = now()
    FROM (
        SELECT organization_id, partner_part_id, site_id, status, owner_id, lot, sum(quantity) AS quantity
        FROM unnest(given) GROUP BY 1, 2, 3, 4, 5, 6
    ) m
    WHERE (b.organization_id, b.partner_part_id, b.site_id, b.status, b.owner_id, b.lot)
        = (m.organization_id, m.partner_part_id, m.site_id, m.status, m.owner_id, m.lot);

    INSERT INTO inventory_stockmovement
        (organization_id, partner_part_id, site_id, status, owner_id, lot, unit, quantity, kind, reference,
         created_by_id, created_at)
    SELECT organization_id, partner_part_id, site_id, status, owner_id, lot, unit, quantity, kind, reference,
        created_by_id, now()
    FROM unnest(given);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [
        migrations.RunSQL(TYPE, "DROP TYPE inventory_move"),
        migrations.RunSQL(POST, "DROP FUNCTION inventory_post(jsonb)"),
    ]
