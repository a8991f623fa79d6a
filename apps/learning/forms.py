"""Forms of federations and contracts."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federated.agreed.contracts import PRIVACY_LEVELS, PRIVATE_BOOSTING, Boosting, Contract, Training, said
from federated.agreed.strategies import STRATEGIES

from .feature_lines import feature_line, read_line
from .statuses import Process


class FederationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    cluster = forms.TypedChoiceField(label=gettext_lazy("Cluster"), coerce=int)

    def __init__(self, *args: Any, clusters: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].choices = clusters  # type: ignore[attr-defined]


class TrialForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("For whom"), max_length=120)
    days = forms.IntegerField(label=gettext_lazy("Works for so many days"), min_value=1, max_value=90, initial=14)


class ProgrammeForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Programme"), max_length=120)
    process = forms.ChoiceField(label=gettext_lazy("Process"), choices=Process.choices)


class InviteForm(forms.Form):
    site = forms.TypedChoiceField(label=gettext_lazy("Site"), coerce=int)

    def __init__(self, *args: Any, sites: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(site.pk, f"{site.organization.name} · {site}") for site in sites]
        self.fields["site"].choices = choices  # type: ignore[attr-defined]


# Fields that are named and typed as in the contract.
PLAIN = (
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


# Shares of a contract, and the fields that ask for them in percent.
SHARES = {"validation_share": "validation_percent", "test_share": "test_percent"}
MOST_HELD = 70


class ContractForm(forms.Form):
    """The fields that a coordinator decides; the rest of a contract stays as it was, or keeps its defaults."""

    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=300)
    features = forms.CharField(
        label=gettext_lazy("Features"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: name; unit; low; high. A category: name; A|B|C; yes or no: name; 0|1. Low and high may be empty. "
            "A * behind the name marks a setting that people may change; advice looks at these only."
        ),
    )
    table = forms.FileField(
        label=gettext_lazy("Or take the columns from a file"),
        required=False,
        help_text=gettext_lazy(
            "A table (CSV, Excel) or a contract as a file; then “Take the columns”, as also for a head row pasted above. "
            "Rows are looked at for the kind of a column only, and kept nowhere."
        ),
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
    rounds = forms.IntegerField(
        label=gettext_lazy("Rounds of the network"),
        min_value=0,
        max_value=1000,
        initial=20,
        help_text=gettext_lazy("0 grows the trees alone."),
    )
    local_epochs = forms.IntegerField(label=gettext_lazy("Epochs a round"), min_value=1, max_value=50, initial=2)
    strategy = forms.ChoiceField(
        label=gettext_lazy("Strategy"),
        required=False,
        choices=[(name, gettext_lazy(strategy.says)) for name, strategy in STRATEGIES.items()],
        help_text=gettext_lazy("How the sites' networks become one; trees are always summed."),
    )
    quorum = forms.IntegerField(label=gettext_lazy("Quorum"), min_value=1, max_value=200, initial=3)
    deadline_s = forms.IntegerField(
        label=gettext_lazy("Deadline of a round, seconds"), min_value=1, max_value=86400, initial=120
    )
    least_rows = forms.IntegerField(label=gettext_lazy("Least rows"), min_value=1, initial=200)
    least_positives = forms.IntegerField(label=gettext_lazy("Least defects"), min_value=1, initial=20)
    validation_percent = forms.IntegerField(
        label=gettext_lazy("Rows held out to choose and calibrate, percent"),
        required=False,
        min_value=5,
        max_value=50,
        initial=15,
        help_text=gettext_lazy("15 is safe."),
    )
    test_percent = forms.IntegerField(
        label=gettext_lazy("Rows held out to prove what it brings, percent"),
        required=False,
        min_value=5,
        max_value=50,
        initial=25,
        help_text=gettext_lazy(
            "25 is safe: only 22 defects among them let rows be called ok. Fewer train better, prove less."
        ),
    )
    site_metrics = forms.ChoiceField(
        label=gettext_lazy("A site's figures are seen by"),
        choices=[("own", gettext_lazy("its own firm")), ("members", gettext_lazy("all members"))],
    )
    privacy = forms.ChoiceField(
        label=gettext_lazy("Privacy level"),
        choices=[("off", gettext_lazy("off")), *((level, said(level)) for level in PRIVACY_LEVELS)],
        help_text=gettext_lazy(
            "Noise hides single training rows. With a level, trees with random cuts are grown instead of the rounds above; "
            "it needs about 2,000 rows a site."
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
            "Against its own median where sensors are not calibrated alike; not under a privacy level. "
            "Medians stay at the site."
        ),
    )
    guarded = forms.ChoiceField(
        label=gettext_lazy("Factories that spoil the trees"),
        required=False,
        choices=[
            ("", gettext_lazy("their rounds are refused; left out is only who makes sums that no rows can have")),
            ("on", gettext_lazy("are looked for in halves and left out (guarded)")),
        ],
        help_text=gettext_lazy(
            "Guarded needs six factories and a quorum of half of them at most. In the first twelve rounds trees grow in two "
            "halves, each judged by the factories outside it. It costs about half a point of AUPRC; over a run "
            "the server can tell how a factory differs from the others. With five factories or fewer it changes nothing. "
            "Poison in part of the rounds or of the labels is damped, not found. Not under a privacy level."
        ),
    )
    masked = forms.ChoiceField(
        label=gettext_lazy("Weights of the network"),
        required=False,
        choices=[
            ("", gettext_lazy("are seen by the server, a factory at a time")),
            ("on", gettext_lazy("are masked: it reads their mean only")),
        ],
        help_text=gettext_lazy(
            "Masked, or robust: both cannot be had. Under masks nobody can tell a false update, shorten it or leave its "
            "factory out; a factory that drops out between training and the sum costs the round. It takes three factories, "
            "and a strategy that goes by the mean (fedavg, fedadam). Tables of the trees are masked always."
        ),
    )
    trials = forms.ChoiceField(
        label=gettext_lazy("Firms that have not joined"),
        required=False,
        choices=[
            ("", gettext_lazy("get nothing of it")),
            ("on", gettext_lazy("may try the shared model, signed and for a time")),
        ],
        help_text=gettext_lazy(
            "So that they see what joining would bring. The office invites each of them; rows stay there."
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
                found.append(read_line(line, number))
                name = found[-1]["name"]
                if any(other["name"] == name for other in found[:-1]):
                    raise forms.ValidationError(_("Line %(n)s: %(value)s is listed twice.") % {"n": number, "value": name})
        return found

    def clean(self) -> dict[str, Any]:
        """What fields must keep to together; said at the field that is to be changed."""
        data = super().clean() or {}
        names = {feature["name"] for feature in data.get("features", ())}
        if data.get("label") in names:
            text = _("%(value)s is the label and cannot be a feature.")
            self.add_error("features", text % {"value": data["label"]})
        for leak in sorted(names & set(_names(data.get("refused", "")))):
            text = _("%(value)s is part of the label and leaks it; leave it out of the features.")
            self.add_error("features", text % {"value": leak})
        if sum(data.get(field) or 0 for field in SHARES.values()) > MOST_HELD:
            text = _("At most %(most)s percent of the rows are held out together; the rest trains.")
            self.add_error("test_percent", text % {"most": MOST_HELD})
        is_private = data.get("privacy", "off") != "off"
        if is_private and data.get("relative"):
            text = _("One row moves a site's median and so all its rows, which no privacy level covers.")
            self.add_error("relative", text)
        if is_private and data.get("guarded"):
            text = _("Guarded, factories judge trees by their training rows, which no privacy level covers.")
            self.add_error("guarded", text)
        if data.get("guarded") and data.get("tree_rounds") == 0:
            self.add_error("guarded", _("Without rounds of trees there is nothing to guard."))
        if data.get("masked"):
            self._check_masked(data, is_private=is_private)
        if not is_private and data.get("rounds") == 0 and data.get("tree_rounds") == 0:
            self.add_error("rounds", _("A run has rounds of trees or of the network; at least one of them is 1 or more."))
        return data

    def _check_masked(self, data: dict[str, Any], *, is_private: bool) -> None:
        strategy = STRATEGIES.get(data.get("strategy", ""))
        if is_private:
            self.add_error(
                "masked", _("Under a privacy level each factory's weights have noise of their own; do not mask them.")
            )
        elif data.get("rounds") == 0:
            self.add_error("masked", _("Without rounds of the network there is nothing to mask."))
        elif strategy and not strategy.needs_mean_only:
            text = _("%(value)s needs each factory's own update, which masks hide. Take fedavg or fedadam, or do not mask.")
            self.add_error("strategy", text % {"value": strategy.name})

    def document(self, latest: Contract | None) -> dict[str, Any]:
        """Of the next version. What the form does not ask stays as it is in the latest one; what leaves a site is what this
        version of the software sends."""
        data = self.cleaned_data
        kept = latest.document() if latest else {}
        kept.pop("leaves", None)
        gaps = {feature["name"]: {"missing": feature["missing"]} for feature in kept.get("features", ())}
        found = {
            **kept,
            **{name: data[name] for name in PLAIN},
            "features": [gaps.get(feature["name"], {}) | feature for feature in data["features"]],
            "relative": bool(data["relative"]),
            "guarded": bool(data["guarded"]),
            "masked": bool(data["masked"]),
            "trials": bool(data["trials"]),
            "refused": _names(data["refused"]),
        }
        for name, field in SHARES.items():
            found |= {name: data[field] / 100} if data[field] else {}
        is_private = data["privacy"] != "off"
        if is_private and latest and latest.privacy != "off":
            return found
        rounds = 0 if is_private else data["rounds"]
        training = kept.get("training", {}) | {"rounds": rounds, "local_epochs": data["local_epochs"]}
        training |= {"strategy": data["strategy"]} if data["strategy"] else {}
        if is_private:
            return found | {"training": training | {"strategy": "fedavg"}, "boosting": PRIVATE_BOOSTING.model_dump()}
        boosting = kept.get("boosting", {}) if latest and latest.privacy == "off" else {}
        return found | {"training": training, "boosting": boosting | {"rounds": data["tree_rounds"]}}


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def typed(contract: Contract) -> dict[str, Any]:
    """A contract as the form's first values, for the next version."""
    return {
        **{name: getattr(contract, name) for name in PLAIN},
        "features": "\n".join(feature_line(feature) for feature in contract.features),
        "refused": ", ".join(contract.refused),
        "relative": "on" if contract.relative else "",
        "guarded": "on" if contract.guarded else "",
        "masked": "on" if contract.masked else "",
        "trials": "on" if contract.trials else "",
        "tree_rounds": contract.boosting.rounds if contract.privacy == "off" else Boosting().rounds,
        "rounds": contract.training.rounds if contract.privacy == "off" else Training().rounds,
        "local_epochs": contract.training.local_epochs,
        "strategy": contract.training.strategy,
        **{field: round(100 * getattr(contract, name)) for name, field in SHARES.items()},
    }
