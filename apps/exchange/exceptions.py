from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotAllowed, NotFound, Questioned


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
    rule = _("A day more than fifty years back or three years ahead must be confirmed on purpose.")
    remedy = _("Correct the file, or load it with --confirmed if the day is meant; nothing has been kept.")


class AlreadyImported(Conflict):
    code = "already_imported"
    title = _("This history has been loaded already.")
    rule = _("A history is loaded once, as a cluster of its own.")
    remedy = _("Use the cluster that is there, or give the layout another cluster and lead.")


# Tables of people.


class UnreadableFile(DomainError):
    """Its words are those of the reader, with file, sheet, row and column."""

    code = "unreadable_file"
    title = _("The file cannot be read.")


class NotTakenIn(DomainError):
    """Nobody foresaw what went wrong with the file; the log says it."""

    code = "not_taken_in"
    title = _("The file was not taken in.")
    rule = _("A file of the watched folder is read, checked and loaded; with this one something went wrong that is no rule.")
    remedy = _("Load it on the page of imports; if that fails too, give the file and this text to your administrator.")


class FileGone(Conflict):
    code = "file_gone"
    title = _("The file is not here any more.")
    rule = _("A file is kept for thirty days, and goes at once where its import is cancelled.")
    remedy = _("Choose the file again.")


class UnknownImport(NotFound):
    code = "unknown_import"
    title = _("There is no such import.")
    rule = _("An import is seen by its firm, by those who may load its kind of rows.")


class UnknownKeptWord(NotFound):
    code = "unknown_kept_word"
    title = _("There is no such word.")
    rule = _("A word is kept by its firm until somebody removes it.")


class UnknownImportKind(DomainError):
    code = "unknown_import_kind"
    title = _("This kind of rows is not loaded here.")
    rule = _("Your role loads only the kinds that are offered to you.")
    remedy = _("Choose one of the kinds on the page.")


class UnknownTable(DomainError):
    code = "unknown_table"
    title = _("The file has no such table.")
    rule = _("A table is chosen by its place among those that were found.")
    remedy = _("Choose one of the tables on the page.")


class ColumnsOpen(DomainError):
    code = "columns_open"
    title = _("Columns are open.")
    rule = _("Each field that is needed has a column or one value for all rows.")
    remedy = _("Choose the column, or write one value for all rows.")


class WritingOpen(DomainError):
    code = "writing_open"
    title = _("Nothing tells how days or numbers are written.")
    rule = _("Where no cell tells day from month, or thousands from decimals, a person says it.")
    remedy = _("Choose it below the columns; it is kept for the next file with these heads.")


class UnknownColumn(DomainError):
    code = "unknown_column"
    title = _("The table has no such column.")
    rule = _("A field takes a column of the chosen table, and each column is one field at most.")
    remedy = _("Choose another column.")


class ValueMissing(DomainError):
    code = "value_missing"
    title = _("A value is missing.")
    rule = _("This field is needed in every row.")
    remedy = _("Fill the cell, or write one value for all rows.")


class UnknownChoice(DomainError):
    code = "unknown_choice"
    title = _("The word is none of those that may stand here.")
    rule = _("Only certain words may stand here.")


class TooManyMended(DomainError):
    code = "too_many_mended"
    title = _("Too many cells are corrected here.")
    rule = _("A file has 1,000 cells at most that are corrected on its page.")
    remedy = _("Correct the file itself, and load it again.")


class WordBehindNumber(DomainError):
    code = "word_behind_number"
    title = _("Behind the number stands a word that is no unit.")
    rule = _("Behind a number only its unit may stand.")
    remedy = _("Write the number alone, or a known unit behind it.")


class NumberOutside(DomainError):
    code = "number_outside"
    title = _("The number is not possible here.")
    remedy = _("Correct the number.")


class NotPossible(DomainError):
    """What the database itself refuses, where no service has a rule for it."""

    code = "not_possible"
    title = _("The row cannot be kept like this.")
    rule = _("The values of a row fit together and into their columns.")
    remedy = _("Compare it with a row that is right.")


class UnknownWord(DomainError):
    code = "unknown_word"
    title = _("Your firm has nothing of this name.")
    rule = _("It is a code, a number or a name that your firm knows.")
    remedy = _("Say once what it means, or correct the cell.")


class NotAsked(DomainError):
    code = "not_asked"
    title = _("The file does not ask for this word.")
    rule = _("Only words that the last check did not know are said; they hold for every later file.")
    remedy = _("Check again, and choose among the words on the page.")


class MonthAcross(DomainError):
    code = "month_across"
    title = _("A column is a month.")
    rule = _("A plan is by days or weeks.")
    remedy = _("Divide the month into weeks or days, one column each.")


class RowTwice(DomainError):
    code = "row_twice"
    title = _("Two rows say different things of the same.")
    rule = _("A file says each thing once.")
    remedy = _("Keep the row that is right, and delete the other.")


class MayNotMake(NotAllowed):
    code = "may_not_make"
    rule = _("Sites can be opened by who manages them, and parts added by who manages parts.")
    remedy = _("Ask an administrator of your firm to load the file.")


class WrongImportState(Conflict):
    code = "wrong_import_state"
    title = _("The import is in another state.")
    rule = _("A checked import is loaded once; a loaded one is undone once.")


class NothingToLoad(DomainError):
    code = "nothing_to_load"
    title = _("There is nothing to load.")
    rule = _("At least one row that is new or changed is chosen.")
    remedy = _("Choose rows, or load another file.")


class ChangedSince(Conflict):
    code = "changed_since"
    title = _("Something has changed since the check.")
    rule = _("What is loaded is what was shown: nothing has been written.")
    remedy = _("Check again and look at the differences.")


class ImportCancelled(DomainError):
    code = "import_cancelled"
    title = _("The import was cancelled.")
    rule = _("Cancelled while it is being checked or loaded, it leaves nothing.")


class ActedSince(Conflict):
    code = "acted_since"
    title = _("Somebody has acted on it since.")
    rule = _("An import is undone whole, while everything still stands as it was loaded.")
    remedy = _("Change what is wrong by hand, or load a corrected file.")


class TooLateToTakeBack(Conflict):
    code = "too_late_to_take_back"
    title = _("The time to undo it is over.")
    rule = _("An import is undone within a day.")
    remedy = _("Load a corrected file.")


class NotTakenBack(Conflict):
    code = "not_taken_back"
    title = _("This kind of import is not undone.")


# Past deliveries.


class NotBeforeTrade(DomainError):
    code = "not_before_trade"
    title = _("The two firms traded here already.")
    rule = _("A past delivery must have been received before the day of the first order that was sent to the supplier here.")
    remedy = _("Delete the row: what was ordered here is received here.")


class LaterThanToday(DomainError):
    code = "later_than_today"
    title = _("The day has not come yet.")
    rule = _("A past delivery must have been received by today.")
    remedy = _("Correct the day.")


class OddPastDay(Questioned):
    code = "odd_past_day"
    title = _("The day is hardly meant.")
    rule = _("A day more than fifty years back or three years ahead is confirmed on purpose.")
    remedy = _("Correct the day, or confirm that it is meant.")


class KnownOtherwise(Conflict):
    code = "known_otherwise"
    title = _("This delivery is known, and says something else.")
    rule = _("A past delivery cannot be changed by a table.")
    remedy = _("Correct the row, or undo the import that brought it and load it anew.")


class TradedHere(Conflict):
    code = "traded_here"
    title = _("An order of this number stands here.")
    rule = _("An order that was written here can only be delivered and received here.")
    remedy = _("Delete the row, or correct the order number.")


class DeliveryKnown(Conflict):
    code = "delivery_known"
    title = _("This delivery is known, and has no such line.")
    rule = _("A past delivery must come in whole: no table can add lines to one that stands.")
    remedy = _("Undo the import that brought it and load it whole.")


class OtherInPast(DomainError):
    code = "other_in_past"
    title = _("Rows of one order or delivery do not agree.")
    rule = _("An order must have one supplier, receiving site and currency, a delivery one supplier, site and day.")
    remedy = _("Correct the rows that differ.")


class PartNotAgreed(DomainError):
    code = "part_not_agreed"
    title = _("The part is not agreed with this supplier.")
    rule = _("The part of a delivery must be agreed with its supplier.")
    remedy = _("Let the parts be agreed as the page offers, or correct the row.")


class UnknownCurrency(DomainError):
    code = "unknown_currency"
    title = _("There is no such currency.")
    rule = _("A currency must be written with three letters, such as KRW, USD or EUR.")
    remedy = _("Correct the currency.")


class TooMuchWorth(DomainError):
    code = "too_much_worth"
    title = _("The value is too large.")
    rule = _("Quantity times price must stay below ten trillion.")
    remedy = _("Correct quantity or price.")


class PastInUse(Conflict):
    code = "past_in_use"
    title = _("Something hangs on these deliveries.")
    rule = _("Past deliveries can be taken out only while nothing else names them.")
    remedy = _("Keep them, or remove first what hangs on them.")
