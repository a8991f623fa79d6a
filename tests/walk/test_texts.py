"""Every column for texts has a rule of characters, a list of words, or a reason why it needs neither."""

from django.apps import apps
from django.db import models

from apps.common.columns import CodeField, NameField, NoteField

# What no person types: written by us or by a program, and why it may stand as it is.
BY_PROGRAMS = {
    "tenancy_grant.kind": "one of those that apps declare in shares.py; `propose_grant` takes no other",
    "accounts_user.email": "checked by EmailField",
    "accounts_user.password": "a hash",
    "accounts_user.time_zone": "one of a list, checked by the form",
    "accounts_invitation.email": "checked by EmailField",
    "accounts_apitoken.prefix": "drawn by us",
    "accounts_idempotentrequest.key": "visible ASCII, checked at the door",
    "events_domainevent.event": "a name of our registry",
    "events_domainevent.subject": "kind and id, built by us",
    "events_memberactivity.event": "a name of our registry",
    "exchange_stageddefect.defect": "from rows of a file that the reader has checked by the rule",
    "exchange_stageddefect.impact": "from rows of a file that the reader has checked by the rule",
    "exchange_stageddelivery.carrier": "from rows of a file that the reader has checked by the rule",
    "exchange_stageddelivery.order_number": "from rows of a file that the reader has checked by the rule",
    "exchange_stageddelivery.shipment_number": "from rows of a file that the reader has checked by the rule",
    "learning_consent.signature": "base64, checked against the key",
    "learning_contractversion.hash": "a hash",
    "learning_modelversion.contract_hash": "a hash",
    "learning_modelversion.file": "a path of ours",
    "learning_modelversion.file_hash": "a hash",
    "learning_node.client_version": "told by the factory's program, shown escaped",
    "learning_node.flower_id": "a number of Flower",
    "learning_node.public_key": "read as a key before it is kept",
    "learning_run.checkpoint": "a path of ours",
    "learning_run.checkpoint_hash": "a hash",
    "learning_run.failure": "a program's last words, shown escaped",
    "learning_run.good_checkpoint": "a path of ours",
    "learning_run.good_hash": "a hash",
    "learning_run.flower_id": "a number of Flower",
    "learning_run.phase": "a word of our conductor",
    "learning_sitefigures.kind": "a word of our conductor",
    "masterdata_numberrange.kind": "a word of ours",
    "orders_purchaseorder.open_change_side": "a side, or both; written by us",
    "tenancy_businessnumber.number": "ten digits, checked in the database",
    "tenancy_site.time_zone": "a name of the time zone database",
}
RULED = (CodeField, NameField, NoteField)


def text_columns():
    for model in apps.get_models(include_auto_created=True):
        if hasattr(model, "access") and not hasattr(model, "pgh_tracked_model"):  # history is copied by triggers
            for column in model._meta.concrete_fields:
                if isinstance(column, (models.CharField, models.TextField)):
                    yield f"{model._meta.db_table}.{column.name}", column


def test_every_text_has_a_rule_or_a_reason():
    found = dict(text_columns())
    ruled = {name for name, column in found.items() if isinstance(column, RULED)}
    chosen = {name for name, column in found.items() if column.choices}
    open_columns = set(found) - ruled - chosen - set(BY_PROGRAMS)
    assert open_columns == set(), "give it a CodeField, NameField or NoteField, or a reason"
    assert set(BY_PROGRAMS) - set(found) == set()
    assert len(ruled) >= 55
    assert len(found) >= 95
