"""Harm to whom a text names (recall, lawsuit, raid, outage, layoffs, boycott …), told with or without feeling.

No feeling is read here, and nothing of what the network and the linear half say is changed. Start at ``harm``.
"""
