"""Money is integer fen; yuan exist only in what people read."""


def yuan(fen: int) -> str:
    """Return `fen` as yuan with two decimals.

    >>> yuan(8650), yuan(-5), yuan(0)
    ('86.50', '-0.05', '0.00')
    """
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole}.{rest:02d}"
