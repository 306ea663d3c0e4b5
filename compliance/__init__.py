"""Pure decisions of the rules: masking, wording, the gate. Who calls them loads what they need."""
