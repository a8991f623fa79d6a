from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, Questioned


class InvalidLayout(DomainError):
    code = "invalid_layout"
    title = _("The layout cannot be used.")
    rule = _("A layout names its kind, cluster, lead and the column of every required field.")
    remedy = _("Compare it with apps/exchange/layouts/scms_deliveries.toml.")


class InvalidFile(DomainError):
    """The place names row and column as a spreadsheet counts them: the header is row 1."""

    code = "invalid_history_file"
    title = _("The history file cannot be read.")
    rule = _("A history file is a table with a header, in the encoding that its layout names.")
    remedy = _("Correct the file or its layout and load it again; nothing has been kept.")


class OddDay(Questioned):
    """The place names row and column, as for InvalidFile."""

    code = "odd_day"
    title = _("The history has a day that is hardly meant.")
    rule = _("A day more than fifty years back or three years ahead is confirmed on purpose.")
    remedy = _("Correct the file, or load it with --confirmed if the day is meant; nothing has been kept.")


class AlreadyImported(Conflict):
    code = "already_imported"
    title = _("This history has been loaded already.")
    rule = _("A history is loaded once, as a cluster of its own.")
    remedy = _("Use the cluster that is there, or give the layout another cluster and lead.")
