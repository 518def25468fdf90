"""What is made up: stories, the demo, the benchmark and strict fakes. Nothing else in the product imports it."""
