"""How well figures are read and contradictions found, against a set labelled by hand; see labels.yaml."""
