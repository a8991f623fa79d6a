"""Weeks of a cluster, for who manages it: it sees neither the events nor the orders of others, only how many there were."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION joining_weeks(p_cluster bigint, p_weeks integer)
RETURNS TABLE (first_day date, firms bigint, members bigint, due bigint, in_time bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH weeks AS (
        SELECT d::date AS first_day, (d + interval '7 days')::date AS next_day, d AT TIME ZONE 'Asia/Seoul' AS starts, (d + interval '7 days') AT TIME ZONE 'Asia/Seoul' AS ends
        FROM generate_series(date_trunc('week', now() AT TIME ZONE 'Asia/Seoul') - (p_weeks - 1) * interval '7 days',
                             date_trunc('week', now() AT TIME ZONE 'Asia/Seoul'), interval '7 days') d
        WHERE joining_manages(p_cluster)
    ), parts AS (
        SELECT organization_id, since FROM tenancy_clustermembership
        WHERE cluster_id = p_cluster AND state = 'active' AND kind IN ('lead', 'supplier')
    )
    SELECT w.first_day,
        (SELECT count(DISTINCT e.actor_organization_id) FROM events_domainevent e
         WHERE e.created_at >= w.starts AND e.created_at < w.ends
           AND e.actor_organization_id IN (SELECT organization_id FROM parts)),
        (SELECT count(*) FROM parts p WHERE p.since < w.next_day),
        o.due, o.in_time
    FROM weeks w CROSS JOIN LATERAL (
        SELECT count(*) AS due, count(*) FILTER (WHERE o.answered_at <= o.answer_due_at) AS in_time
        FROM orders_purchaseorder o
        WHERE o.answer_due_at >= w.starts AND o.answer_due_at < least(w.ends, now()) AND o.status <> 'cancelled'
          AND o.buyer_id IN (SELECT organization_id FROM parts) AND o.supplier_id IN (SELECT organization_id FROM parts)
    ) o
    ORDER BY w.first_day DESC
$$;

REVOKE ALL ON FUNCTION joining_weeks(bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION joining_weeks(bigint, integer) TO app;
"""
BACKWARD = "DROP FUNCTION joining_weeks(bigint, integer);"


class Migration(migrations.Migration):
    dependencies = [
        ("joining", "0007_frequencies"),
        ("events", "0003_mailed_at"),
        ("orders", "0008_sorted_by_amount"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
