"""Foreign keys of scoped tables that no tenant key binds, with the reason. A walk finds those that are missing here."""

UNBOUND_TARGETS: dict[str, str] = {
    "accounts.User": "a person works for several firms and leaves them; what was done keeps its author",
    "auth.Group": "a group holds a role of one organization; its own row names no tenant",
    "auth.Permission": "names of acts",
    "tenancy.Organization": "names a tenant beside the owner; the row's own policy says which may stand there",
}
_HELD = "stock is held by either side of the part's relation: no one column of the part names the holder"
_COPIED = "copied from what another, bound key of the row reaches; a second check would only cost each write"
_CHECKED = "the policy of a new grant checks it against giver and receiver, and it is never changed"
UNBOUND: dict[str, str] = {
    "tenancy.Grant.relation": _CHECKED,
    "tenancy.Grant.partner_part": _CHECKED,
    "inventory.StockBalance.partner_part": _HELD,
    "inventory.StockMovement.partner_part": _HELD,
    "deliveries.ShipmentLine.order": _COPIED,
    "deliveries.GoodsReceiptLine.schedule_line": _COPIED,
    "deliveries.GoodsReceiptLine.partner_part": _COPIED,
    "events.Notification.event": "of two sides or one firm: no one column of an event names the reader",
    "learning.SiteFigures.run": "a run is the office's; the firm's own node, which is bound, says which federation",
    "learning.LotRisk.run": "a run is the office's; the firm's own node, which is bound, says which federation",
}
