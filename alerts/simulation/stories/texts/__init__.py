"""What people in the stories say, as small grammars. All of it is invented; ``theme`` says how a grammar is read."""
