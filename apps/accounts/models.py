"""People, their places in firms, and their keys."""

from collections.abc import Sequence
from typing import Any, Self

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.db.models.query_utils import DeferredAttribute
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.columns import NameField
from apps.tenancy.access import Access, linked, own, person
from apps.tenancy.bases import OrganizationModel, track_history
from apps.tenancy.roles import Role
from apps.tenancy.scope import OutsideScope

from .rights import end_rights

READS_HASHES = frozenset({"identity", "owner"})


class HashAttribute(DeferredAttribute):
    """Where the hash was not read, asking for it is a mistake to be heard, not another query."""

    def __get__(self, instance, cls=None) -> Any:
        if instance is not None and self.field.attname not in instance.__dict__:
            raise OutsideScope("A password hash is read within identity() only.")
        return super().__get__(instance, cls)


class HashField(models.CharField):
    """A password hash: read on the connection of app_identity, left out of every other statement.

    Django names all columns of a model it selects, also of one joined by select_related, and PostgreSQL refuses this one to
    every other role.
    """

    descriptor_class = HashAttribute

    def select_format(self, compiler, sql, params) -> tuple[str, Any]:
        return (sql, params) if compiler.connection.alias in READS_HASHES else ("NULL::varchar", ())


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email, password=None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person; may belong to several organizations."""

    access = Access(
        read=person("pk") | linked("accounts.Membership", user="pk", when=own()),
        reason="a person is no tenant's row: seen by the person and by colleagues of the firms of the scope",
    )
    hidden_columns = frozenset({"password"})

    class Theme(models.TextChoices):
        AUTO = "auto", _("Like the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    password = HashField(_("password"), max_length=128)
    email = models.EmailField(_("e-mail"), unique=True)
    name = NameField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=2, choices=[("ko", "한국어"), ("en", "English")], default="ko")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Seoul")
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    wants_mail = models.BooleanField(_("news by mail"), default=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    password_changed_at = models.DateTimeField(null=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, db, field_names, values) -> Self:
        person = super().from_db(db, field_names, values)
        if db not in READS_HASHES:
            person.__dict__.pop("password", None)
        return person

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A changed password ends what the old one opened: sockets here, tokens by a trigger on `password_changed_at`.

        A hash renewed in passing (`check_password`) is no change.
        """
        changes_password = self._password is not None and not self._state.adding
        if changes_password:
            self.password_changed_at = timezone.now()
            if (names := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*names, "password_changed_at"}
        super().save(*args, **kwargs)
        if changes_password:
            end_rights(self.pk)

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in words[:2]).upper() if len(words) > 1 else self.name[-2:]


_OWN_GROUP = linked("tenancy.OrganizationRole", group="group", when=own())
User.groups.through.access = Access(
    read=person("user") | _OWN_GROUP, write=_OWN_GROUP, reason="who holds which role; the group belongs to one organization"
)


@track_history(pghistory.InsertEvent(), pghistory.DeleteEvent())
class RoleHolding(User.groups.through):  # type: ignore[misc,name-defined]  # the table between people and groups
    """Who holds which role, with its history: given and taken, by whom."""

    class Meta:
        proxy = True


@track_history(read=own())
class Membership(OrganizationModel):
    """A person's place in a firm. Not active it is locked, or ended where `ended_at` says since when."""

    access = Access(read=own() | person("user"), write=own(), reason="people read where they work, in every firm")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    title = NameField(_("job title"), max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    passed_on: Sequence[str] = ()  # names of the tablets that somebody who has just left leaves to who ended it

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "organization", name="membership_once"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(is_active=False), name="membership_ended_is_not_active"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.organization_id}"


@track_history(exclude=["digest"])
class Invitation(OrganizationModel):
    """A person asked to work for a firm. They come in by the link that is mailed to the address; only its hash is kept.

    Nobody else ever sees the link, so whoever holds it reads the mailbox. `sent_at` is empty until the mail is out.
    """

    email = models.EmailField(_("e-mail"))
    name = NameField(_("name"), max_length=80, blank=True)
    title = NameField(_("job title"), max_length=80, blank=True)
    roles = models.JSONField(_("roles"), default=list)
    language = models.CharField(max_length=2, choices=User.language.field.choices, default="ko")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(help_text="when the mail was asked for last")
    sent_at = models.DateTimeField(null=True)
    digest = models.BinaryField(max_length=32, unique=True, null=True, help_text="SHA-256 of the link's secret")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "email", condition=Q(accepted_at=None, revoked_at=None), name="invitation_open_once"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower"),
        ]
        indexes = [models.Index("asked_at", name="invitation_to_send", condition=Q(sent_at=None))]

    def __str__(self) -> str:
        return f"{self.email} to {self.organization_id}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in sorted(self.roles)]


class ApiToken(OrganizationModel):
    """A key for a program. Only its SHA-256 is kept; it acts for one firm, with chosen acts, until it expires.

    One for a calendar stands in an address, opens that calendar alone, and holds until it is withdrawn; a person has one a
    firm.

    It ends earlier with what it rests on: the person's password, account and membership, and the token it was made with.
    Triggers set `revoked_at` then, whoever changed those.
    """

    class Purpose(models.TextChoices):
        API = "api", _("Programs")
        CALENDAR = "calendar", _("Calendar")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.API, db_default=Purpose.API)
    name = NameField(_("name"), max_length=80)
    prefix = models.CharField(max_length=8)
    digest = models.BinaryField(max_length=32, unique=True)
    acts = models.JSONField(default=list)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="children", help_text="the token it was made with"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, help_text="null: a calendar's, which ends by itself only with its person")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("organization", "user"),
                name="calendar_address_once",
                condition=Q(purpose="calendar", revoked_at=None),
            ),
            models.CheckConstraint(condition=Q(purpose="calendar") | Q(expires_at__isnull=False), name="api_token_expires"),
        ]
        indexes = [models.Index(F("organization"), F("created_at").desc(), name="api_token_list")]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


class IdempotentRequest(OrganizationModel):
    """The answer to a write that a program may repeat; kept for 24 hours."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("organization", "user", "key", name="idempotent_request_once")]
        indexes = [models.Index("created_at", name="idempotent_request_age")]

    def __str__(self) -> str:
        return self.key


class Tablet(OrganizationModel):
    """A shared device of a firm's shop floor: people act there under their own names, each with a short code.

    The browser keeps a secret, the row its hash.
    """

    name = NameField(_("name"), max_length=80)
    lock_minutes = models.PositiveSmallIntegerField(_("locks itself after, minutes"), default=5)
    digest = models.BinaryField(max_length=32, unique=True, help_text="SHA-256 of the browser's secret")
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lock_minutes__gte=1, lock_minutes__lte=60), name="tablet_lock_minutes")
        ]

    def __str__(self) -> str:
        return str(self.name)


class ShortCode(models.Model):
    """By what a person of one firm is known at its shared tablets; the hash is read by app_identity alone."""

    of_identity = "hashes of the short codes by which people act at shared tablets"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=128, help_text="a hash")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "organization", name="short_code_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.organization_id}"


@track_history(read=own())
class StandIn(OrganizationModel):
    """For some days a colleague sees the work of somebody who is away beside the own. What either may do stays as it is.

    People say it for themselves; of who cannot, an administrator of the firm says it (`stand_ins.be_away`). Days are of the
    firm's country. It is never deleted: who comes back sooner ends it.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="who is away")
    stand_in = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("stand-in"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    set_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="who said it; null: from before it was kept, the person themselves",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, help_text="taken back, or back sooner")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="stand_in_days_in_order"),
            models.CheckConstraint(condition=~Q(user=F("stand_in")), name="stand_in_is_somebody_else"),
        ]
        indexes = [models.Index("organization", "last_day", name="stand_in_open", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.stand_in_id} for {self.user_id}"

    @property
    def is_set_for_them(self) -> bool:
        """An administrator said it, not the person who is away."""
        return self.set_by_id not in (None, self.user_id)
