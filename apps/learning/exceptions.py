from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotAllowed, NotFound


class UnknownFederation(NotFound):
    code = "unknown_federation"
    title = _("There is no such federation.")


class UnknownSite(NotFound):
    code = "unknown_site"
    title = _("There is no such site in the federation.")


class UnknownContract(NotFound):
    code = "unknown_contract"
    title = _("There is no such contract.")


class UnknownRun(NotFound):
    code = "unknown_run"
    title = _("There is no such run.")


class NotComparable(DomainError):
    code = "not_comparable"
    title = _("These runs cannot be compared.")
    rule = _("Two to four different runs of one programme are shown beside each other.")
    remedy = _("Choose them in the list of runs.")


class UnknownProgramme(NotFound):
    code = "unknown_programme"
    title = _("There is no such programme.")


class UnknownTrial(NotFound):
    code = "unknown_trial"
    title = _("There is no such invitation to try a model.")
    rule = _("A link is taken as the office sent it.")
    remedy = _("Copy the whole link, or ask the office that invited you for a new one.")


class TrialOver(DomainError):
    code = "trial_over"
    status = 410
    title = _("This trial is over.")
    rule = _("A trial lasts until its day, while its model is in use, and until the office ends it.")
    remedy = _("Ask the office that invited you for a new link.")


class TrialNotAgreed(Conflict):
    code = "trial_not_agreed"
    title = _("The members have not agreed to trials.")
    rule = _("The shared model goes to firms that have not joined only where the contract of its run says so.")
    remedy = _("Publish a version that allows trials, let the factories agree to it, and train under it.")


class NothingToTry(Conflict):
    code = "nothing_to_try"
    title = _("There is no model to try.")
    rule = _("What is tried is the model that the programme's factories use.")
    remedy = _("Release a model first.")


class UnknownModel(NotFound):
    code = "unknown_model"
    title = _("There is no such model.")


class NotTheOffice(NotAllowed):
    code = "not_the_office"
    rule = _("Only the office that coordinates the cluster sets federations up.")
    remedy = _("Ask the coordinator of your cluster.")


class NameTaken(Conflict):
    code = "name_taken"
    title = _("The name is taken.")
    rule = _("A name stands for one thing.")
    remedy = _("Choose another name.")


class NoFreePort(Conflict):
    code = "no_free_port"
    title = _("No port is free for the federation.")
    rule = _("Each federation has a port of its own on the server.")
    remedy = _("Try again; close federations that are not used.")


class ContractTakenBack(Conflict):
    code = "contract_taken_back"
    title = _("The contract was taken back.")
    rule = _("Nobody agrees to a contract that the coordinator took back, and nothing is trained under it.")
    remedy = _("Wait for the next version; the coordinator publishes it and your firm is asked again.")


class ContractAgreed(Conflict):
    code = "contract_agreed"
    title = _("Somebody has agreed to the contract already.")
    rule = _("A contract is taken back before the first firm approves and the first factory countersigns.")
    remedy = _("Publish the next version; firms then approve that one.")


class InvalidContractText(DomainError):
    code = "invalid_contract"
    title = _("The contract is not valid.")
    rule = _("A contract keeps to the rules of its fields.")
    remedy = _("Correct the field and publish again.")


class QuorumTooHigh(InvalidContractText):
    code = "quorum_too_high"
    rule = _("The quorum is at most the number of sites that can take part.")
    remedy = _("Lower the quorum, or invite more sites first.")


class ContractTooLarge(InvalidContractText):
    code = "contract_too_large"
    rule = _("What a run hands in after a round has to fit the limit of this server.")
    remedy = _("Make the layers fewer or narrower, grow fewer trees, or ask the operator to raise DURE_LARGEST_REPORT.")


class InvalidEnrolment(DomainError):
    code = "invalid_enrolment"
    status = 403
    title = _("The token does not open the door.")
    rule = _("A token is known, used once, and used before it expires.")
    remedy = _("Let your firm's administrator create a new token and join with it.")


class TokenUsed(InvalidEnrolment):
    code = "token_used"
    title = _("The token has been used.")


class DoorNotReady(DomainError):
    code = "door_not_ready"
    status = 503
    title = _("The door for factories is not open yet.")
    rule = _("A factory gets the certificate authority of the door when it joins; the server has not made it yet.")
    remedy = _("Try again in a minute with the same token. If it stays so, the operator starts `manage.py superlinks`.")


class TokenExpired(InvalidEnrolment):
    code = "token_expired"
    title = _("The token has expired.")


class InvalidKey(DomainError):
    code = "invalid_key"
    title = _("The public key cannot be read.")
    rule = _("A site's key is a NIST elliptic-curve key in OpenSSH format, and no other site has it.")
    remedy = _("Join with dure-factory, which makes the key itself.")


class InvalidSignature(DomainError):
    code = "invalid_signature"
    status = 401
    title = _("The signature is not valid.")
    rule = _("A call is signed by the key of a site that takes part, within five minutes of the server's clock.")
    remedy = _("Check the clock (timedatectl set-ntp true); if it is right, join again with a new token.")


class ClockOff(InvalidSignature):
    code = "clock_off"
    title = _("The clock of the factory is off.")


class Replayed(Conflict):
    code = "replayed"
    title = _("This call was made before.")
    rule = _("A signed call counts once.")
    remedy = _("Make it anew; the program signs each call with the time of that moment.")


class ReportTooLarge(DomainError):
    code = "report_too_large"
    status = 413
    title = _("The report is too large.")
    rule = _("A run's report holds one checkpoint at most.")
    remedy = _("Publish a contract with a smaller network, or raise DURE_LARGEST_REPORT.")


class RunEnded(Conflict):
    code = "run_ended"
    title = _("The run has ended.")
    rule = _("A run that has ended is given to no ServerApp.")
    remedy = _("Resume it on its page, or start a new one.")


class SiteClosed(NotAllowed):
    code = "site_closed"
    rule = _("The site is suspended or has left.")
    remedy = _("Ask the coordinator to admit it again, or join with a new token.")


class TooFewSites(DomainError):
    code = "too_few_sites"
    title = _("Too few sites take part.")
    rule = _(
        "A run starts when as many sites as the quorum have approved and countersigned the contract: three at least where "
        "trees grow without a privacy level."
    )
    remedy = _("Ask the firms to approve and their factories to countersign, or publish a contract with a lower quorum.")


class RunBusy(Conflict):
    code = "run_busy"
    title = _("The federation is training already.")
    rule = _("A federation trains one run at a time.")
    remedy = _("Wait for the run, or pause or stop it.")


class WrongRunState(Conflict):
    code = "wrong_run_state"
    title = _("The run is in another state.")
    rule = _("Pause and stop work on a run that is training, resume on one that is paused or failed.")
    remedy = _("Reload the page.")


class UnknownFeature(DomainError):
    code = "unknown_feature"
    title = _("The contract does not name this feature.")
    rule = _("Flags name features of the run's contract.")
    remedy = _("Update dure-factory at this site to the release of the contract.")


class NotShared(NotAllowed):
    code = "not_shared"
    title = _("Risks of lots stay at this factory.")
    rule = _("A factory sends them only under a contract that says so and that its firm and itself agreed to.")
    remedy = _("Ask the coordinator for a contract that shares lot risks, approve and countersign it.")


class NothingToRetire(Conflict):
    code = "nothing_to_retire"
    title = _("The model is not in use.")
    rule = _("Only a released model is rolled back.")
    remedy = _("Reload the page; somebody was faster.")


class NothingToRelease(Conflict):
    code = "already_released"
    title = _("The model is released already.")
    rule = _("A model is released once.")
    remedy = _("Reload the page.")


class NothingToMeasure(Conflict):
    code = "nothing_to_measure"
    title = _("Each site has been left out already.")
    rule = _("One run without each site is enough for a model.")
    remedy = _("Read the figures on the model card.")


class PrivacyForbidsMeasuring(Conflict):
    code = "privacy_forbids_measuring"
    title = _("Contributions cannot be measured under a privacy level.")
    rule = _("Each run takes from the privacy budget of the sites' data.")
    remedy = _("Measure them on a model that was trained without a level.")


class ModelForgotten(Conflict):
    code = "model_forgotten"
    title = _("The model is no longer kept.")
    rule = _("Weights and figures are deleted when the days that the contract keeps them are over.")
    remedy = _("Train again under the present contract.")
