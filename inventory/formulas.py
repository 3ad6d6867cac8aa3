"""Text that a spreadsheet must not take for a formula."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""https://owasp.org/www-community/attacks/CSV_Injection"""


def inert(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
