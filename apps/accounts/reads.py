"""What statements of other rooms may join of people: SQL, with its columns."""

from apps.tenancy.reads import GROUP_ACTS

# Who may do which act in which firm: (organization_id, user_id, act), once for each role that allows it.
HOLDERS = f"""(
    SELECT m.organization_id, m.user_id, a.act
    FROM accounts_membership m JOIN accounts_user_groups r ON r.user_id = m.user_id
    JOIN {GROUP_ACTS} a ON a.group_id = r.group_id AND a.organization_id = m.organization_id
    WHERE m.is_active
)"""
