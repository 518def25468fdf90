"""What the Faust agents of the stages have in common: reading, state and writing, each input once."""
