"""How a customer is named on a page: masked, and without the account system not at all."""

from backends.account.port import Accounts
from compliance.masking import mask_name, mask_phone
from core.errors import BackendDown
from desk import words


async def named(accounts: Accounts, customer_id: int, by: str) -> tuple[str, str]:
    """Return name and number with their middles hidden, and the level in words; work goes on without them."""
    try:
        customer = await accounts.customer(customer_id, by)
    except BackendDown:
        return "客户资料暂时查询不到", ""
    return f"{mask_name(customer.name)} {mask_phone(customer.phone)}", words.LEVELS.get(customer.level, "")
