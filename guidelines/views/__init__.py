"""The guideline's pages."""
