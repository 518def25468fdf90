"""The explanation: what is talked about, by whom, and how severe it is."""
