"""The explanation: what is talked about, by whom, in one sentence, and how severe it is."""
