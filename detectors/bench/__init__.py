"""Simulated brands, and how soon and how often the decision fires in them. Nothing of the product imports it."""
