# The two commands of a newcomer are `make run` and `make test`.
.PHONY: run test check format install lock leak-hunt
BIN = .venv/bin

run:
	@./kefu up

# The whole suite: `make check`, Rasa's own validation of its data, every test, and the skips by reason.
test: check
	@./tools/validate.sh
	@$(BIN)/python -m pytest -n 2 --dist loadscope

check: install
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@./tools/pages.sh
	@./tools/audit.sh

format: install
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

install:
	@python3 tools/install.py

lock: install
	@./tools/lock.sh

# Marked people use and misuse everything; then all that was written is searched for them.
leak-hunt: install
	@$(BIN)/python -m tests.lab.leaks
