"""Imported by the process that gives birth to apps which are killed: what takes long is done once, before the birth."""

from backends.knowledge.files import library
from compliance.tone import tone
from tests.fakes import killed_app

serve = killed_app.main

tone()
library()
