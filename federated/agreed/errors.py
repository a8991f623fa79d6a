"""What can go wrong, said so that a person can mend it. No message ever holds a row of a factory."""


class FederatedError(Exception):
    """A broken rule: where, which value, which rule, what to do.

    Attributes:
        code: stable name for programs.
        place: the file, column, field or address.
        value: the offending value, shortened; never more than one, never a row.
        rule: what should hold.
        remedy: what a person does about it.
    """

    code = "federated_error"

    def __init__(self, rule: str, *, place: str = "", value: object = None, remedy: str = "", code: str = "") -> None:
        self.rule, self.place, self.remedy = rule, place, remedy
        self.value = None if value is None else str(value)[:80]
        self.code = code or type(self).code
        super().__init__(self.text())

    def text(self) -> str:
        """One line per part that is known."""
        head = f"{self.place}: {self.rule}" if self.place else self.rule
        found = f" Found: {self.value}." if self.value is not None else ""
        remedy = f" Remedy: {self.remedy}" if self.remedy else ""
        return f"{head}{found}{remedy}"


class InvalidContract(FederatedError):
    code = "invalid_contract"


class InvalidRows(FederatedError):
    code = "invalid_rows"


class NotApproved(FederatedError):
    """The factory has not countersigned what a run asks for."""

    code = "not_approved"


class InvalidUpdate(FederatedError):
    """A reply that cannot be used: arrays, rows or figures other than was agreed."""

    code = "invalid_update"


class InvalidRequest(FederatedError):
    """A request that a site does not answer: arrays other than was agreed, or a model that gives no risks."""

    code = "invalid_request"


class TooFewMasked(FederatedError):
    """Two sites under one mask: from the sum each reads the other's table."""

    code = "too_few_masked"


class Unjudged(FederatedError):
    """Most sites have judged a round's trees as often as they do: others would be kept that nobody has judged."""

    code = "unjudged"


class QuorumMissed(FederatedError):
    """Fewer usable replies than the contract demands."""

    code = "quorum_missed"
