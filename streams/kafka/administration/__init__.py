"""What topics there are, how many partitions they have, how long they keep, and what we may do to them."""
