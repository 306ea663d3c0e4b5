"""Fields that more than one interface takes, declared once."""

from typing import Annotated

from pydantic import Field

from core.spelled import MOBILE

# As programs write it: 11 digits; what people type is spelled out first (channels/web/receive.py).
MobileNumber = Annotated[str, Field(pattern=f"^{MOBILE}$")]
