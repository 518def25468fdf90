"""Simulated brands, and how soon and how often the decision rings in them. Nothing of the product imports it."""
