"""Material of a customer's: what was agreed on it, and heaps whose owner is another firm than their holder."""

import apps.common.units
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


POST = """
CREATE OR REPLACE FUNCTION inventory_post(moves jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    given inventory_move[] := ARRAY(SELECT row(m.*)::inventory_move FROM jsonb_populate_recordset(null::inventory_move, moves) m);
    held bigint[];
    short record;
BEGIN
    INSERT INTO inventory_stockbalance
        (organization_id, partner_part_id, part_id, consigned_part_id, site_id, status, owner_id, lot, unit, quantity, as_of)
    SELECT DISTINCT organization_id, partner_part_id, part_id, consigned_part_id, site_id, status, owner_id, lot, unit, 0, now()
    FROM unnest(given) ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
    ON CONFLICT DO NOTHING;

    held := ARRAY(
        SELECT id FROM inventory_stockbalance
        WHERE id IN (
            SELECT h.id FROM inventory_stockbalance h JOIN unnest(given) g
                ON (h.organization_id, h.partner_part_id, h.site_id) = (g.organization_id, g.partner_part_id, g.site_id)
            UNION ALL
            SELECT h.id FROM inventory_stockbalance h JOIN unnest(given) g
                ON (h.organization_id, h.part_id, h.site_id) = (g.organization_id, g.part_id, g.site_id)
            UNION ALL
            SELECT h.id FROM inventory_stockbalance h JOIN unnest(given) g
                ON (h.organization_id, h.consigned_part_id, h.site_id) = (g.organization_id, g.consigned_part_id, g.site_id)
        )
        ORDER BY id FOR UPDATE
    );
    -- A statement of its own: it reads what others wrote while we waited for their locks.
    SELECT b.partner_part_id, b.part_id, b.consigned_part_id, b.lot, b.quantity + m.quantity AS quantity INTO short
    FROM inventory_stockbalance b
    JOIN (
        SELECT organization_id, partner_part_id, part_id, consigned_part_id, site_id, status, owner_id, lot,
            sum(quantity) AS quantity
        FROM unnest(given) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ) m USING (organization_id, site_id, status, owner_id, lot)
    WHERE b.id = ANY(held) AND b.quantity + m.quantity < 0
        AND b.partner_part_id IS NOT DISTINCT FROM m.partner_part_id AND b.part_id IS NOT DISTINCT FROM m.part_id
        AND b.consigned_part_id IS NOT DISTINCT FROM m.consigned_part_id
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_balance_not_negative',
            MESSAGE = 'negative stock',
            DETAIL = json_build_object('partner_part_id', short.partner_part_id, 'part_id', short.part_id,
                'consigned_part_id', short.consigned_part_id, 'lot', short.lot, 'quantity', short.quantity::text)::text;
    END IF;

    UPDATE inventory_stockbalance b SET quantity = b.quantity + m.quantity, as_of = now()
    FROM (
        SELECT organization_id, partner_part_id, part_id, consigned_part_id, site_id, status, owner_id, lot,
            sum(quantity) AS quantity
        FROM unnest(given) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ) m
    WHERE b.id = ANY(held)
        AND (b.organization_id, b.site_id, b.status, b.owner_id, b.lot)
        = (m.organization_id, m.site_id, m.status, m.owner_id, m.lot)
        AND b.partner_part_id IS NOT DISTINCT FROM m.partner_part_id AND b.part_id IS NOT DISTINCT FROM m.part_id
        AND b.consigned_part_id IS NOT DISTINCT FROM m.consigned_part_id;

    INSERT INTO inventory_stockmovement
        (organization_id, partner_part_id, part_id, consigned_part_id, site_id, status, owner_id, lot, unit, quantity, kind,
         reference, created_by_id, created_at)
    SELECT organization_id, partner_part_id, part_id, consigned_part_id, site_id, status, owner_id, lot, unit, quantity, kind,
        reference, created_by_id, now()
    FROM unnest(given);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0008_by_document"),
        ("masterdata", "0005_own_number"),
        ("tenancy", "0013_data_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsignedPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60, verbose_name="buyer's number")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("H87", "EA"),
                            ("SET", "set"),
                            ("PR", "pair"),
                            ("KGM", "kg"),
                            ("GRM", "g"),
                            ("TNE", "t"),
                            ("MTR", "m"),
                            ("CMT", "cm"),
                            ("MMT", "mm"),
                            ("MTK", "m²"),
                            ("MTQ", "m³"),
                            ("LTR", "L"),
                            ("MLT", "mL"),
                            ("KWH", "kWh"),
                            ("HUR", "hour"),
                            ("DAY", "day"),
                        ],
                        max_length=3,
                        validators=[apps.common.units.validate_unit],
                        verbose_name="base unit",
                    ),
                ),
                (
                    "is_charged",
                    models.BooleanField(
                        default=False, help_text="what was used is paid for by the supplier", verbose_name="charged"
                    ),
                ),
                (
                    "unit_price",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="unit price"),
                ),
                (
                    "allowed_loss",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("0"),
                        help_text="a share of what was used: 0.02 is 2 %",
                        max_digits=5,
                        verbose_name="allowed loss",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, help_text="no more sent to this supplier", null=True, verbose_name="ended"
                    ),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consigned_parts", to="masterdata.part"
                    ),
                ),
                (
                    "relation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tradingrelation",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ConsignedPartEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(max_length=60, verbose_name="buyer's number")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("H87", "EA"),
                            ("SET", "set"),
                            ("PR", "pair"),
                            ("KGM", "kg"),
                            ("GRM", "g"),
                            ("TNE", "t"),
                            ("MTR", "m"),
                            ("CMT", "cm"),
                            ("MMT", "mm"),
                            ("MTK", "m²"),
                            ("MTQ", "m³"),
                            ("LTR", "L"),
                            ("MLT", "mL"),
                            ("KWH", "kWh"),
                            ("HUR", "hour"),
                            ("DAY", "day"),
                        ],
                        max_length=3,
                        validators=[apps.common.units.validate_unit],
                        verbose_name="base unit",
                    ),
                ),
                (
                    "is_charged",
                    models.BooleanField(
                        default=False, help_text="what was used is paid for by the supplier", verbose_name="charged"
                    ),
                ),
                (
                    "unit_price",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="unit price"),
                ),
                (
                    "allowed_loss",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("0"),
                        help_text="a share of what was used: 0.02 is 2 %",
                        max_digits=5,
                        verbose_name="allowed loss",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, help_text="no more sent to this supplier", null=True, verbose_name="ended"
                    ),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="masterdata.part",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        to="inventory.consignedpart",
                    ),
                ),
                (
                    "relation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="tenancy.tradingrelation",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="tenancy.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="stockbalance",
            name="stock_balance_key",
        ),
        migrations.RemoveConstraint(
            model_name="stockbalance",
            name="stock_balance_of_one_thing",
        ),
        migrations.RemoveConstraint(
            model_name="stockmovement",
            name="stock_movement_of_one_thing",
        ),
        migrations.AlterField(
            model_name="stockbalance",
            name="status",
            field=models.CharField(
                choices=[
                    ("available", "Available"),
                    ("inspection", "In inspection"),
                    ("blocked", "Blocked"),
                    ("in_transit", "In transit"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("decision", "Inspection decision"),
                    ("count", "Count"),
                    ("issue", "Goods issue"),
                    ("reversal", "Goods issue taken back"),
                    ("made", "Production"),
                    ("used", "Used in production"),
                    ("sent", "Material sent"),
                    ("returned", "Material returned"),
                    ("lost", "Lost on the way"),
                    ("scrapped", "Scrapped"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="status",
            field=models.CharField(
                choices=[
                    ("available", "Available"),
                    ("inspection", "In inspection"),
                    ("blocked", "Blocked"),
                    ("in_transit", "In transit"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="stockbalance",
            name="consigned_part",
            field=models.ForeignKey(
                db_index=False,
                help_text="its owner's",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inventory.consignedpart",
            ),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="consigned_part",
            field=models.ForeignKey(
                db_index=False,
                help_text="its owner's",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inventory.consignedpart",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockbalance",
            constraint=models.UniqueConstraint(
                fields=("organization", "partner_part", "part", "consigned_part", "site", "status", "owner", "lot"),
                name="stock_balance_key",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="stockbalance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("consigned_part", None), ("part", None), ("partner_part__isnull", False)),
                    models.Q(("consigned_part", None), ("part__isnull", False), ("partner_part", None)),
                    models.Q(("consigned_part__isnull", False), ("part", None), ("partner_part", None)),
                    _connector="OR",
                ),
                name="stock_balance_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockbalance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("consigned_part", None),
                        ("owner", models.F("organization")),
                        models.Q(("status", "in_transit"), _negated=True),
                    ),
                    models.Q(
                        ("consigned_part__isnull", False), models.Q(("owner", models.F("organization")), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="stock_balance_whose",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("consigned_part", None), ("part", None), ("partner_part__isnull", False)),
                    models.Q(("consigned_part", None), ("part__isnull", False), ("partner_part", None)),
                    models.Q(("consigned_part__isnull", False), ("part", None), ("partner_part", None)),
                    _connector="OR",
                ),
                name="stock_movement_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("consigned_part", None),
                        ("owner", models.F("organization")),
                        models.Q(("status", "in_transit"), _negated=True),
                    ),
                    models.Q(
                        ("consigned_part__isnull", False), models.Q(("owner", models.F("organization")), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="stock_movement_whose",
            ),
        ),
        migrations.AddIndex(
            model_name="consignedpart",
            index=models.Index(models.F("buyer"), models.F("number"), name="consigned_part_buyer"),
        ),
        migrations.AddIndex(
            model_name="consignedpart",
            index=models.Index(models.F("supplier"), models.F("number"), name="consigned_part_supplier"),
        ),
        migrations.AddConstraint(
            model_name="consignedpart",
            constraint=models.UniqueConstraint(models.F("relation"), models.F("part"), name="consigned_part_once"),
        ),
        migrations.AddConstraint(
            model_name="consignedpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit_price", None), ("unit_price__gte", 0), _connector="OR"),
                name="consigned_price_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="consignedpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("allowed_loss__gte", 0), ("allowed_loss__lt", 1)), name="consigned_loss_is_a_share"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consignedpart",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_consignedpartevent" ("allowed_loss", "buyer_id", "created_at", "ended_at", "id", "is_charged", "name", "name_en", "number", "part_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation_id", "supplier_id", "unit", "unit_price") SELECT new_values."allowed_loss", new_values."buyer_id", new_values."created_at", new_values."ended_at", new_values."id", new_values."is_charged", new_values."name", new_values."name_en", new_values."number", new_values."part_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."relation_id", new_values."supplier_id", new_values."unit", new_values."unit_price" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="150199accb22e25ec5d0d10b5abb955e2793daa3",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1eaed",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="inventory_consignedpart",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consignedpart",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_consignedpartevent" ("allowed_loss", "buyer_id", "created_at", "ended_at", "id", "is_charged", "name", "name_en", "number", "part_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation_id", "supplier_id", "unit", "unit_price") SELECT new_values."allowed_loss", new_values."buyer_id", new_values."created_at", new_values."ended_at", new_values."id", new_values."is_charged", new_values."name", new_values."name_en", new_values."number", new_values."part_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."relation_id", new_values."supplier_id", new_values."unit", new_values."unit_price" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="2914a878cc54a37a84e701537143f995a6254cd1",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b9772",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="inventory_consignedpart",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consignedpartevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a8b8d6641739fbea20c1042789f15c95a964b15e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9bb74",
                    table="inventory_consignedpartevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL("ALTER TYPE inventory_move ADD ATTRIBUTE consigned_part_id bigint", migrations.RunSQL.noop),
        migrations.RunSQL(POST, migrations.RunSQL.noop),
    ]
