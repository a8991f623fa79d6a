"""No SQL over another room's tables: a room is read through its `reads.py` and filled through its `intake.py`.

There the names stand beside the models, so that who renames a column meets every reader, and a new one breaks no writer.
"""

from . import tables
from .test_layers import FLOORS

# Functions of the database that work over several rooms, and what a migration once copied. They are called by every
# request, every publication and every search of the tests, so a column that is gone is missed there.
OF_MIGRATIONS = {
    "apps/accounts/migrations/0002_door.py": "the door: membership, roles, acts and partners in one round trip",
    "apps/accounts/migrations/0007_invitation_door.py": "the door of an invitation, before any scope is open",
    "apps/accounts/migrations/0009_tablet_door.py": "a shared tablet's firm and people, before anybody is known",
    "apps/deliveries/migrations/0005_price_of_what_left_before.py": "the orders' prices, for what left before any was kept",
    "apps/joining/migrations/0002_is_empty.py": "whether any firm is here, before anybody is known",
    "apps/joining/migrations/0004_firm_door.py": "the door of a firm's invitation, before firm, account and scope are there",
    "apps/joining/migrations/0006_with_its_relation.py": "a firm that joins a led cluster supplies its lead from then on",
    "apps/joining/migrations/0008_weeks.py": "counts of a cluster's weeks, for who manages it and sees no row of them",
    "apps/leaving/migrations/0003_going.py": "who leaves and how much is open, for who sees neither departures nor orders",
    "apps/learning/migrations/0009_lot_risk_grant.py": "grants, from what was shared before there were any",
    "apps/learning/migrations/0013_trial_door.py": "who invites, for whoever holds a trial's link and is nobody yet",
    "apps/partners/migrations/0001_asked_and_agreed.py": "the trigger as it was made",
    "apps/partners/migrations/0002_strict_terms.py": "the trigger as it was made",
    "apps/partners/migrations/0003_hides_prices.py": "the trigger as it was made",
    "apps/partners/migrations/0004_targets.py": "the trigger as it was made",
    "apps/partners/migrations/0005_data_days.py": "the trigger as it was made",
    "apps/partners/migrations/0007_way.py": "the trigger as it was made",
    "apps/inventory/migrations/0012_currency_as_agreed.py": "the currency that relations had when a price was agreed",
    "apps/partners/migrations/0006_agreed_days.py": "days that relations agreed, for who manages a cluster and sees none",
    "apps/orders/migrations/0002_search.py": "one search over orders, parts and firms",
    "apps/orders/migrations/0005_terms.py": "terms of the orders that stood; the trigger as it was made",
    "apps/orders/migrations/0012_contact_of_before.py": "who wrote an order, for those of before the person was kept",
}
# Tests that write a row with columns by hand, and why.
FORGED = {"tests/apps/tenancy/test_record.py": "what an intruder would write, column by column"}


def test_no_room_names_tables_of_another_in_sql():
    wrong = [
        f"{path}:{line}: {table} belongs to {owner}"
        for path, line, _room, owner, table in tables.arrows()
        if str(path) not in OF_MIGRATIONS
    ]
    assert wrong == []


def test_every_listed_migration_names_such_a_table():
    assert {str(path) for path, *_rest in tables.arrows()} >= set(OF_MIGRATIONS)


def test_sql_points_downward_as_imports_do():
    upward = [str(path) for path, _line, room, owner, _table in tables.arrows() if FLOORS[owner] > FLOORS[room]]
    assert upward == []


def test_tests_take_the_columns_of_what_they_write_from_the_models():
    """By hand they break on a new column, long after it was added."""
    found = {
        str(path.relative_to(tables.ROOT))
        for path in tables.ROOT.glob("tests/**/*.py")
        if any(f"INSERT INTO {table} (" in path.read_text() for table in tables.owners())
    }
    assert found - {"tests/walk/test_tables.py"} == set(FORGED)


def test_a_table_is_found_in_every_kind_of_string(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROOT", tmp_path)
    (tmp_path / "apps/tower").mkdir(parents=True)
    (tmp_path / "apps/tower/here.py").write_text(
        "from apps.orders.models import PurchaseOrder\n"
        "plain = 'SELECT id FROM orders_purchaseorder'\n"
        "made = f'SELECT {plain} FROM public.orders_scheduleline s'\n"
        "ids = \"nextval('orders_confirmation_id_seq')\"\n"
        "asked = PurchaseOrder._meta.db_table\n"
        "rows = rows_of(PurchaseOrder, 'id')\n"
        "others = 'orders_purchaseorders, my_orders_purchaseorder, orders'\n"
    )
    assert [(line, table) for _path, line, _room, _owner, table in tables.arrows()] == [
        (2, "orders_purchaseorder"),
        (3, "orders_scheduleline"),
        (4, "orders_confirmation"),
        (5, "PurchaseOrder, by its model"),
        (6, "PurchaseOrder, by its model"),
    ]
