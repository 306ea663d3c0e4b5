"""Which passwords the staff may choose: long, of whatever characters, and not made of what everybody knows."""

SHORTEST = 10
LONGEST = 128
# What somebody who guesses at this house tries first (docs/security.md).
WORDS_OF_THE_HOUSE = (
    "kefu",
    "客服",
    "mima",
    "password",
    "admin",
    "agent",
    "10000",
    "10010",
    "10086",
    "12345",
    "qwerty",
)
# So many characters must be left where those words, the own sign-in and repetitions are taken out.
OWN_CHARACTERS = 6


def weakness(password: str, login: str) -> str | None:
    """Return why a password of the staff is too easy to guess, or None.

    >>> weakness("a long one of words", "agent1"), weakness("Agent1-kefu-12345", "agent1") is None
    (None, False)
    """
    if len(password) < SHORTEST:
        return f"新密码至少{SHORTEST}位，请您重新设置。"
    left = password.casefold()
    for known in sorted((login.casefold(), *WORDS_OF_THE_HOUSE), key=len, reverse=True):
        left = left.replace(known, "")
    if len(left) < OWN_CHARACTERS or len(set(left)) < OWN_CHARACTERS - 1:
        return "这个密码容易被猜到，请您不要只用账号、公司常用词或者重复的字符。"
    return None
