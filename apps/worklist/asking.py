"""The form in which other days are asked for on several lines: what stands, what is asked, what it does to the stock."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.http import QueryDict
from django.utils.safestring import SafeString

from apps.calendars.days import Days
from apps.common.typed import whole
from apps.orders.forms import ChangeRow, read_rows, standing_portions, typed_portions
from apps.orders.services import Part
from apps.orders.services.shared import today_at
from apps.orders.statuses import Collaboration, Reason
from apps.orders.working import answers_due, receiving_days_of
from apps.orders.worklines import Standing, standing
from apps.tenancy.roles import Side
from apps.tower.effects import Effect, effect
from apps.tower.need import Need
from apps.tower.needs import needs
from apps.tower.turns import PULL_IN, is_settled, needed_on
from apps.ui.bulk import MOST, rows_read

from . import cells
from .offers import is_frozen
from .together import Joint, together
from .work import Work, urgency, work

QUANTITY = "quantity-"  # names of its fields begin so, and end with the line
OTHERS = 30  # lines that are offered below those that somebody chose


@dataclass
class Ask:
    """One line of the form.

    Attributes:
        row: what is typed, and what is wrong with it.
        work: what it stops, and how; None where it needs no act any more.
        due_at: by when the supplier answers, if it is asked now.
        parts: what is typed, as far as all of it can be read.
        need: of its part at its site; None where nothing is needed, held or on its way there.
        effect: of what is typed; None where it cannot be read, or nothing is known of demand or stock.
        is_frozen: what stands or is typed lies in the freeze fence.
        is_settled: what stands comes as early as it is needed, or as it could be asked for: nothing to pull in.
    """

    found: Standing
    row: ChangeRow
    work: Work | None
    is_chosen: bool
    due_at: datetime
    parts: Sequence[Part] = ()
    need: Need | None = None
    effect: Effect | None = None
    is_frozen: bool = False
    is_settled: bool = False

    @property
    def quantity(self) -> Decimal:
        """What stands of the line: of it parts keep the rest."""
        return sum((part.quantity for part in self.found.before), Decimal(0))

    @property
    def is_offered(self) -> bool:
        """What stands is the supplier's offer, which nobody has accepted: what is asked counters it."""
        return self.found.row.status == Collaboration.CHANGE_PROPOSED

    @property
    def reason(self) -> str:
        """Why its earlier day is asked for, as far as anybody knows: the line stops by it, or it is promised for later than
        it was asked for, or no more for a day that is left. Nobody knows why another day should be, where it comes in time.
        """
        if self.is_settled:
            return ""
        return Reason.LINE_STOP if self.work is not None and self.work.stop is not None else Reason.NEEDED

    @property
    def effect_cell(self) -> SafeString:
        return cells.effect_text(self.effect)

    @property
    def stop_cell(self) -> SafeString:
        return cells.stop(self.work) if self.work else cells.NOWHERE


def asks(chosen: Collection[int], typed: QueryDict | None = None, *, alone: Collection[int] | None = None) -> list[Ask]:
    """The chosen lines, and below them others that could be pulled in, what stops a line first on top.

    Args:
        typed: what somebody typed; of other lines stands the day on which they are needed. Of a line that comes by then
            stands what is promised, it is not chosen before something is typed, and not offered among the others.
        alone: these lines, chosen or not any more, and no others.
    """
    known = {row.key: row for row in sorted(work(), key=urgency)}
    others: Collection[int] = [key for key, row in known.items() if row.turn == PULL_IN and key not in chosen][:OTHERS]
    if alone is not None:
        others = alone
    found = standing([*list(chosen)[:MOST], *others])
    order = [key for key in (*known, *chosen, *others) if key in found]
    lines = [found[key] for key in sorted(dict.fromkeys(order), key=lambda key: key not in chosen)]
    days = receiving_days_of(line.order for line in lines)
    due = answers_due([line.order for line in lines], Side.SUPPLIER)
    made = [
        _ask(line, known.get(line.id), line.id in chosen, days[line.order.pk], due[line.order.pk], typed) for line in lines
    ]
    made = [ask for ask in made if ask.found.id in {*chosen, *(alone or ())} or not ask.is_settled]
    _reckon(made, days)
    return made


def fitting_reason(rows: Iterable[Ask]) -> str:
    """What is true of all chosen lines, as `asking.js` says it too while somebody ticks them; "" where something else must
    be said: then it is asked for."""
    found = {row.reason for row in rows if row.is_chosen}
    return found.pop() if len(found) == 1 else "" if not found or "" in found else Reason.NEEDED


def typed_asks(typed: QueryDict) -> list[Ask]:
    """The lines of the form with what is typed, chosen or not; what stops by them stands on the page already, and is not
    read again. As many statements for all of them as for one."""
    shown = [pk for name in typed if name.startswith(QUANTITY) and (pk := whole(name.removeprefix(QUANTITY)))]
    lines = list(standing(shown[: MOST + OTHERS]).values())
    if not lines:
        return []
    days, due = receiving_days_of(line.order for line in lines), answers_due([line.order for line in lines], Side.SUPPLIER)
    chosen = rows_read(typed.getlist("line"))
    made = [_ask(line, None, line.id in chosen, days[line.order.pk], due[line.order.pk], typed) for line in lines]
    _reckon(made, days)
    return made


def joint_of(rows: Iterable[Ask]) -> list[Joint]:
    """What the chosen lines do together to the parts of which several are chosen."""
    chosen = [(row.need, row.found, row.parts) for row in rows if row.is_chosen]
    return [joint for joint in together(chosen) if joint.count > 1]


def _ask(line: Standing, row: Work | None, is_chosen: bool, days: Days, due: datetime, typed: QueryDict | None) -> Ask:
    part, stands, own = needed(line, row, days), standing_portions(line.row), typed_portions(line.row, typed)
    # A counter-proposal begins with what is needed: with the offer in its fields it would ask for what is offered.
    is_offered = line.row.status == Collaboration.CHANGE_PROPOSED
    settled = not own and not is_offered and _is_settled(part, line, row, days)
    usual = stands if settled else [(f"{part.quantity.normalize():f}", part.delivery_date.isoformat())]
    asked = ChangeRow(line.row.line, line.row, stands, own or usual)
    return Ask(line, asked, row, is_chosen and not (settled and typed is None), due, is_settled=settled)


def _is_settled(part: Part, line: Standing, row: Work | None, days: Days) -> bool:
    """Whether a wish brings neither earlier nor more than what stands."""
    last = max((answer.delivery_date for answer in line.answers), default=None)
    settled = is_settled(last, line.row.requested_date, _stop_on(row), today_at(line.order), days)
    return settled and part.quantity <= sum(answer.quantity for answer in line.answers)


def needed(line: Standing, row: Work | None, days: Days) -> Part:
    """All that stands of a line, in one part on the day on which it is needed; of an offer all that was asked for."""
    return Part(_total(line), needed_on(line.row.requested_date, _stop_on(row), today_at(line.order), days))


def _stop_on(row: Work | None) -> date | None:
    return row.stop_on if row is not None else None


def _total(line: Standing) -> Decimal:
    """What is asked for by itself: all of the line where an offer is countered, else what stands."""
    if line.offered:
        return line.row.requested_quantity
    return sum((part.quantity for part in line.before), Decimal(0))


def _reckon(rows: Sequence[Ask], days: dict[int, Days]) -> None:
    """The effect of what can be read, and whether it lies in the fence; as many statements as `needs`, none for no line."""
    known = needs(parts={ask.found.part.part_id for ask in rows}) if rows else {}
    for ask in rows:
        ask.parts = _parts(ask)
        ask.need = known.get((ask.found.part.part_id, ask.found.order.receiving_site_id))
        ask.effect = effect(ask.need, [(ask.found, ask.parts)]) if ask.parts else None
        ask.is_frozen = is_frozen(ask.found, days[ask.found.order.pk], ask.parts)


def _parts(ask: Ask) -> list[Part]:
    """What is typed, as far as all of it can be read; faults are told where it is sent."""
    readable = read_rows([ChangeRow(ask.row.line, ask.row.schedule, ask.row.standing, ask.row.portions)])
    return readable[0][1] if readable else []
