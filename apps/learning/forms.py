"""Forms of federations and contracts."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federated.contracts import PRIVACY_LEVELS, PRIVATE_BOOSTING, Boosting, Contract, Training
from federated.privacy import said

from .statuses import Process


class FederationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    cluster = forms.TypedChoiceField(label=gettext_lazy("Cluster"), coerce=int)

    def __init__(self, *args: Any, clusters: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].choices = clusters  # type: ignore[attr-defined]


class ProgrammeForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Programme"), max_length=120)
    process = forms.ChoiceField(label=gettext_lazy("Process"), choices=Process.choices)


class InviteForm(forms.Form):
    site = forms.TypedChoiceField(label=gettext_lazy("Site"), coerce=int)

    def __init__(self, *args: Any, sites: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(site.pk, f"{site.organization.name} · {site}") for site in sites]
        self.fields["site"].choices = choices  # type: ignore[attr-defined]


class ContractForm(forms.Form):
    """The fields that a coordinator decides; the rest of a contract keeps its defaults."""

    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=300)
    features = forms.CharField(
        label=gettext_lazy("Features"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line: name; unit; low; high. A category: name; A|B|C. Low and high may be empty."),
    )
    label = forms.CharField(label=gettext_lazy("Column of the label"), max_length=100, initial="y")
    lot = forms.CharField(label=gettext_lazy("Column of the lot"), max_length=100, required=False)
    refused = forms.CharField(
        label=gettext_lazy("Columns never read"),
        required=False,
        help_text=gettext_lazy("Parts of the label, with commas between them."),
    )
    tree_rounds = forms.IntegerField(
        label=gettext_lazy("Rounds of trees"),
        min_value=0,
        max_value=500,
        initial=30,
        help_text=gettext_lazy("Each grows eight trees in four messages; 0 trains the network alone."),
    )
    rounds = forms.IntegerField(label=gettext_lazy("Rounds of the network"), min_value=1, max_value=1000, initial=20)
    local_epochs = forms.IntegerField(label=gettext_lazy("Epochs a round"), min_value=1, max_value=50, initial=2)
    quorum = forms.IntegerField(label=gettext_lazy("Quorum"), min_value=1, max_value=200, initial=3)
    deadline_s = forms.IntegerField(
        label=gettext_lazy("Deadline of a round, seconds"), min_value=1, max_value=86400, initial=120
    )
    least_rows = forms.IntegerField(label=gettext_lazy("Least rows"), min_value=1, initial=200)
    least_positives = forms.IntegerField(label=gettext_lazy("Least defects"), min_value=1, initial=20)
    site_metrics = forms.ChoiceField(
        label=gettext_lazy("A site's figures are seen by"),
        choices=[("own", gettext_lazy("its own firm")), ("members", gettext_lazy("all members"))],
    )
    privacy = forms.ChoiceField(
        label=gettext_lazy("Privacy level"),
        choices=[("off", gettext_lazy("off")), *((level, said(level)) for level in PRIVACY_LEVELS)],
        help_text=gettext_lazy(
            "Noise hides single rows. With a level, trees with random cuts are grown instead of the rounds above; it needs "
            "about 2,000 rows a site."
        ),
    )
    relative = forms.ChoiceField(
        label=gettext_lazy("Values of different sites"),
        required=False,
        choices=[
            ("", gettext_lazy("are compared as they are")),
            ("on", gettext_lazy("also against each site's own median")),
        ],
        help_text=gettext_lazy(
            "Against its own median where sensors are not calibrated alike; not under a privacy level. Medians stay at the site."
        ),
    )
    lot_risk = forms.ChoiceField(
        label=gettext_lazy("Risk of a lot is seen by"),
        choices=[("own", gettext_lazy("its own factory")), ("customers", gettext_lazy("the lot's customer too"))],
    )
    retention_days = forms.IntegerField(label=gettext_lazy("Kept, days"), min_value=1, initial=365)

    def clean_features(self) -> list[dict[str, Any]]:
        found = []
        for number, line in enumerate(self.cleaned_data["features"].splitlines(), 1):
            if line.strip():
                found.append(_feature([cell.strip() for cell in line.split(";")], number))
        return found

    def document(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = ("purpose", "features", "label", "lot", "quorum", "deadline_s", "least_rows", "least_positives")
        is_private = data["privacy"] != "off"
        return {
            **{name: data[name] for name in (*names, "site_metrics", "lot_risk", "privacy", "retention_days")},
            "relative": bool(data["relative"]),
            "refused": [name.strip() for name in data["refused"].split(",") if name.strip()],
            "boosting": PRIVATE_BOOSTING.model_dump() if is_private else {"rounds": data["tree_rounds"]},
            "training": {"rounds": 0 if is_private else data["rounds"], "local_epochs": data["local_epochs"]},
        }


def _feature(cells: list[str], number: int) -> dict[str, Any]:
    name, *rest = cells
    if not name:
        raise forms.ValidationError(_("Line %(n)s: a feature needs its name.") % {"n": number})
    if len(rest) == 1 and "|" in rest[0]:
        return {"name": name, "kind": "categorical", "categories": [c.strip() for c in rest[0].split("|")]}
    found: dict[str, Any] = {"name": name, "unit": rest[0] if rest else ""}
    for key, cell in zip(("low", "high"), rest[1:3], strict=False):
        try:
            found[key] = float(cell) if cell else None
        except ValueError:
            text = _("Line %(n)s: %(value)s is no number. Write: name; unit; low; high.")
            raise forms.ValidationError(text % {"n": number, "value": cell}) from None
    return found


def typed(contract: Contract) -> dict[str, Any]:
    """A contract as the form's first values, for the next version."""
    lines = [
        f"{f.name}; {'|'.join(f.categories)}"
        if f.kind == "categorical"
        else f"{f.name}; {f.unit}; {_bound(f.low)}; {_bound(f.high)}"
        for f in contract.features
    ]
    plain = (
        "purpose",
        "label",
        "lot",
        "quorum",
        "deadline_s",
        "least_rows",
        "least_positives",
        "site_metrics",
        "lot_risk",
        "privacy",
        "retention_days",
    )
    return {
        **{name: getattr(contract, name) for name in plain},
        "features": "\n".join(lines),
        "refused": ", ".join(contract.refused),
        "relative": "on" if contract.relative else "",
        "tree_rounds": contract.boosting.rounds if contract.privacy == "off" else Boosting().rounds,
        "rounds": contract.training.rounds or Training().rounds,
        "local_epochs": contract.training.local_epochs,
    }


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
