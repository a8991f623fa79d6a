"""Every change of what is learned together; one module per part."""

from .contracts import (
    approve_contract,
    countersign,
    draft_contract,
    publish_contract,
    take_contract_back,
    withdraw_approval,
    withdraw_signature,
)
from .federations import create_federation, create_programme, invite_site, issue_token, readmit_site, suspend_site
from .joining import join, leave
from .registry import release_model, retire_model
from .runs import pause_run, resume_run, start_run, stop_run
from .trials import offer_trial, withdraw_trial
from .valuing import measure_contributions

__all__ = [
    "approve_contract",
    "countersign",
    "create_federation",
    "create_programme",
    "draft_contract",
    "invite_site",
    "issue_token",
    "join",
    "leave",
    "measure_contributions",
    "offer_trial",
    "pause_run",
    "publish_contract",
    "readmit_site",
    "release_model",
    "resume_run",
    "retire_model",
    "start_run",
    "stop_run",
    "suspend_site",
    "take_contract_back",
    "withdraw_approval",
    "withdraw_signature",
    "withdraw_trial",
]
