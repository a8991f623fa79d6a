"""`dure-factory`: a factory's own program, beside its MES. Outbound connections only; its rows stay in its memory."""
