"""Heaps of own parts: what a firm makes, or uses and nobody delivers. A heap is of a partner part or of an own one."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

KINDS = [
    ("receipt", "Receipt"),
    ("decision", "Inspection decision"),
    ("count", "Count"),
    ("issue", "Goods issue"),
    ("reversal", "Goods issue taken back"),
    ("made", "Production"),
    ("used", "Used in production"),
]
ONE_THING = Q(partner_part__isnull=False, part=None) | Q(partner_part=None, part__isnull=False)
KEY = ["organization", "partner_part", "part", "site", "status", "owner", "lot"]
POST = """
CREATE OR REPLACE FUNCTION inventory_post(moves jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    given inventory_move[] := ARRAY(SELECT row(m.*)::inventory_move FROM jsonb_populate_recordset(null::inventory_move, moves) m);
    held bigint[];
    short record;
BEGIN
    INSERT INTO inventory_stockbalance
        (organization_id, partner_part_id, part_id, site_id, status, owner_id, lot, unit, quantity, as_of)
    SELECT DISTINCT organization_id, partner_part_id, part_id, site_id, status, owner_id, lot, unit, 0, now()
    FROM unnest(given) ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT DO NOTHING;

    held := ARRAY(
        SELECT id FROM inventory_stockbalance
        WHERE id IN (
            SELECT h.id FROM inventory_stockbalance h JOIN unnest(given) g
                ON (h.organization_id, h.partner_part_id, h.site_id) = (g.organization_id, g.partner_part_id, g.site_id)
            UNION ALL
            SELECT h.id FROM inventory_stockbalance h JOIN unnest(given) g
                ON (h.organization_id, h.part_id, h.site_id) = (g.organization_id, g.part_id, g.site_id)
        )
        ORDER BY id FOR UPDATE
    );
    -- A statement of its own: it reads what others wrote while we waited for their locks.
    SELECT b.partner_part_id, b.part_id, b.lot, b.quantity + m.quantity AS quantity INTO short
    FROM inventory_stockbalance b
    JOIN (
        SELECT organization_id, partner_part_id, part_id, site_id, status, owner_id, lot, sum(quantity) AS quantity
        FROM unnest(given) GROUP BY 1, 2, 3, 4, 5, 6, 7
    ) m USING (organization_id, site_id, status, owner_id, lot)
    WHERE b.id = ANY(held) AND b.quantity + m.quantity < 0
        AND b.partner_part_id IS NOT DISTINCT FROM m.partner_part_id AND b.part_id IS NOT DISTINCT FROM m.part_id
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_balance_not_negative',
            MESSAGE = 'negative stock',
            DETAIL = json_build_object('partner_part_id', short.partner_part_id, 'part_id', short.part_id,
                'lot', short.lot, 'quantity', short.quantity::text)::text;
    END IF;

    UPDATE inventory_stockbalance b SET quantity = b.quantity + m.quantity, as_of = now()
    FROM (
        SELECT organization_id, partner_part_id, part_id, site_id, status, owner_id, lot, sum(quantity) AS quantity
        FROM unnest(given) GROUP BY 1, 2, 3, 4, 5, 6, 7
    ) m
    WHERE b.id = ANY(held)
        AND (b.organization_id, b.site_id, b.status, b.owner_id, b.lot)
        = (m.organization_id, m.site_id, m.status, m.owner_id, m.lot)
        AND b.partner_part_id IS NOT DISTINCT FROM m.partner_part_id AND b.part_id IS NOT DISTINCT FROM m.part_id;

    INSERT INTO inventory_stockmovement
        (organization_id, partner_part_id, part_id, site_id, status, owner_id, lot, unit, quantity, kind, reference,
         created_by_id, created_at)
    SELECT organization_id, partner_part_id, part_id, site_id, status, owner_id, lot, unit, quantity, kind, reference,
        created_by_id, now()
    FROM unnest(given);
END $$;
"""


def _thing(model: str) -> list[migrations.operations.base.Operation]:
    partner_part = models.ForeignKey(
        "masterdata.PartnerPart", on_delete=django.db.models.deletion.PROTECT, related_name="+", db_index=False, null=True
    )
    part = models.ForeignKey(
        "masterdata.Part",
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        help_text="the holder's own",
    )
    return [migrations.AlterField(model, "partner_part", partner_part), migrations.AddField(model, "part", part)]


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_movements_by_time"), ("masterdata", "0004_by_supplier_number")]
    operations = [
        *_thing("stockbalance"),
        *_thing("stockmovement"),
        migrations.AlterField("stockmovement", "kind", models.CharField(choices=KINDS, max_length=10)),
        migrations.RemoveConstraint("stockbalance", "stock_balance_key"),
        migrations.AddConstraint(
            "stockbalance", models.UniqueConstraint(fields=KEY, name="stock_balance_key", nulls_distinct=False)
        ),
        migrations.AddConstraint(
            "stockbalance", models.CheckConstraint(condition=ONE_THING, name="stock_balance_of_one_thing")
        ),
        migrations.AddConstraint(
            "stockmovement", models.CheckConstraint(condition=ONE_THING, name="stock_movement_of_one_thing")
        ),
        migrations.RunSQL("ALTER TYPE inventory_move ADD ATTRIBUTE part_id bigint", migrations.RunSQL.noop),
        migrations.RunSQL(POST, migrations.RunSQL.noop),
    ]
