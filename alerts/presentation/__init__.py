"""An incident, and a delivery of it, as every surface shows them: title, holder, story, JSON; harmless to look at."""
