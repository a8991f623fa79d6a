"""A row of a list as HTML."""

from typing import TYPE_CHECKING, Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from .listing import Listing


def row_sent(of: "Listing", row: Any) -> str:
    """A row as a form names it: its key, and what was shown of it where acts need to know."""
    read = of.state_read(row)
    return f"{of.key(row)}.{read}" if read else str(of.key(row))


def row_html(of: "Listing", row: Any) -> SafeString:
    """One row of the table; the same for the page and for a signal."""
    cells = mark_safe("".join([column.html(row) for column in of.shown_columns]))
    if of.acts:
        fitting = " ".join(act.name for act in of.acts if act.fits(row))
        pick = '<td class="pick"><input type="checkbox" name="row" value="{}" data-acts="{}" aria-label="{}"></td>{}'
        cells = format_html(pick, row_sent(of, row), fitting, of.label(row), cells)
    to = of.row_url(row)
    if not to:
        return format_html('<tr tabindex="-1">{}</tr>', cells)
    name = f"{of.live}-{of.key(row)}"
    return format_html(
        '<tr id="{0}" data-live tabindex="-1" hx-trigger="{0} from:body" hx-swap="outerHTML" hx-get="{1}{2}">{3}</tr>',
        name,
        to,
        of.address_of_rows,
        cells,
    )
