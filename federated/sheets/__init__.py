"""Tables as firms have them: any encoding, delimiter, workbook, head row and form of numbers and dates.

Neither Django nor polars: a factory and the web application read the same way.
"""
