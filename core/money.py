"""Figures as customers read them: money is integer fen, data is megabytes; yuan and GB exist only in words."""


def yuan(fen: int) -> str:
    """Return `fen` as yuan with two decimals.

    >>> yuan(8650), yuan(-5), yuan(0)
    ('86.50', '-0.05', '0.00')
    """
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole}.{rest:02d}"


def data_size(megabytes: int) -> str:
    """Return megabytes as people say them.

    >>> data_size(512), data_size(30720), data_size(1536)
    ('512MB', '30GB', '1.5GB')
    """
    if megabytes < 1024:
        return f"{megabytes}MB"
    return f"{megabytes / 1024:.2f}".rstrip("0").rstrip(".") + "GB"
