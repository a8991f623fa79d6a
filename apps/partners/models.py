"""How two firms come to trade and agree: a request for a relation, proposals of its terms, and who speaks for each side."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField, NameField, NoteField
from apps.tenancy.access import Access, Guard, nobody, own, partner, side, sides, where
from apps.tenancy.bases import RelationModel
from apps.tenancy.reads import take_over_terms
from apps.tenancy.scope import ScopedManager
from apps.tenancy.terms import COLUMNS, Terms

OPEN = where(answered_at=None, withdrawn_at=None)
IS_OPEN = Q(answered_at=None, withdrawn_at=None)
OF_BOTH = Q(asker=F("buyer"), asked=F("supplier")) | Q(asker=F("supplier"), asked=F("buyer"))
ANSWERED_ONCE = Q(answered_at=None, is_accepted=None) | Q(answered_at__isnull=False, is_accepted__isnull=False)
NOT_BOTH = Q(answered_at=None) | Q(withdrawn_at=None)


class Asked(models.Model):
    """What one firm asks and the other answers once; the one that asked may take it back meanwhile."""

    asker = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)
    asked = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)
    note = NoteField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    is_accepted = models.BooleanField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None


GUARDS = (
    Guard(("asker", "asked", "note", "created_at", "created_by"), by=nobody()),
    # Who was asked answers, once; who asked takes it back, once.
    Guard(("answered_at", "answered_by", "is_accepted"), by=nobody(), first=own("asked")),
    Guard(("withdrawn_at",), by=nobody(), first=own("asker")),
)


class RelationRequest(Asked):
    """A firm asks another one, which it sees in a cluster, to trade with it: as its buyer or as its supplier."""

    access = Access(
        read=sides(),
        insert=sides() & own("asker") & partner("buyer") & partner("supplier") & OPEN,
        update=sides(),
        guards=(*GUARDS, Guard(("vendor_code",), by=side("buyer"))),
    )

    buyer = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    supplier = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    vendor_code = CodeField(
        _("vendor code"), max_length=30, blank=True, help_text="given with the buyer's yes at the latest"
    )

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint("buyer", "supplier", name="relation_request_one_open", condition=IS_OPEN),
            models.CheckConstraint(condition=OF_BOTH, name="relation_request_of_both"),
            models.CheckConstraint(condition=ANSWERED_ONCE, name="relation_request_answer"),
            models.CheckConstraint(condition=NOT_BOTH, name="relation_request_answered_or_withdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.asker_id} asks {self.asked_id}"


# In the database, as the owner: no serving role may write the terms of a relation, only agree to a proposal.
TAKE_OVER = pgtrigger.Trigger(
    name="take_over",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__is_accepted__isnull=True, new__is_accepted=True),
    func=f"{take_over_terms('NEW')} RETURN NULL;",
)


class TermsProposal(RelationModel, Asked, Terms):
    """Terms that one side proposes; with the other's yes they are the relation's, and a version of them is kept."""

    access = Access(
        read=sides(),
        insert=sides() & own("asker") & OPEN,
        update=sides(),
        guards=(*GUARDS, Guard(COLUMNS, by=nobody())),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("relation", name="terms_proposal_one_open", condition=IS_OPEN),
            models.CheckConstraint(condition=OF_BOTH, name="terms_proposal_of_both"),
            models.CheckConstraint(condition=ANSWERED_ONCE, name="terms_proposal_answer"),
            models.CheckConstraint(condition=NOT_BOTH, name="terms_proposal_answered_or_withdrawn"),
        ]
        triggers = [TAKE_OVER]

    def __str__(self) -> str:
        return f"terms for {self.relation_id}"


class RelationContact(RelationModel):
    """Whom the other side calls: a person of one firm, for one relation."""

    access = Access(
        read=sides(),
        insert=sides() & own("firm"),
        update=sides() & own("firm"),
        delete=sides() & own("firm"),
        guards=(Guard(("firm",), by=nobody()), Guard(("name", "duty", "phone", "email"), by=own("firm"))),
    )

    firm = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)
    name = NameField(_("name"), max_length=80)
    duty = NameField(_("what for"), max_length=80, blank=True)
    phone = CodeField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(firm=F("buyer")) | Q(firm=F("supplier")), name="relation_contact_of_both"),
            models.CheckConstraint(condition=~Q(phone="", email=""), name="relation_contact_reachable"),
        ]

    def __str__(self) -> str:
        return str(self.name)
