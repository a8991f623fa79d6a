"""A score held against what the two firms agreed to reach (`tenancy.terms`); few lines are no verdict."""

from typing import Any

from django.utils.translation import gettext as _

from apps.tenancy.terms import Terms

from .scorecard import Score
from .trend import FEW

Look = tuple[Any, str, str]


def against(score: Score, terms: Terms | None) -> list[Look]:
    """One mark a target: reached, or missed with what was agreed. Nothing where none is agreed."""
    if terms is None:
        return []
    found = []
    otif = score.share("otif_base")
    if terms.otif_target is not None and otif is not None:
        agreed = _("OTIF %(share)s %%") % {"share": terms.otif_target}
        found.append(_verdict(agreed, otif * 100 >= terms.otif_target, score.lines >= FEW))
    if terms.ppm_target is not None and score.ppm is not None:
        agreed = _("PPM %(parts)s") % {"parts": f"{terms.ppm_target:,}"}
        found.append(_verdict(agreed, score.ppm <= terms.ppm_target, True))
    return found


def _verdict(agreed: str, is_reached: bool, is_enough: bool) -> Look:
    if not is_enough:
        return (_("%(target)s: too few lines to tell") % {"target": agreed}, "circle-question-mark", "mute")
    if is_reached:
        return (_("%(target)s reached") % {"target": agreed}, "circle-check", "ok")
    return (_("%(target)s missed") % {"target": agreed}, "trending-down", "bad")
