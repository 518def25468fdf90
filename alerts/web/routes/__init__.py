"""One file for each route. ``page`` shows an incident and changes nothing; ``press`` is the only one that acts."""
