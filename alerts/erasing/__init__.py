"""``tocsin erase``: a post, or all of an author's, out of everything that Tocsin keeps.

``request`` says what is asked for; ``matches`` knows what holds it (pure: records in); ``search`` reads Kafka for it;
``carrying_out`` asks the stages and writes kept incidents anew; ``receipt`` tells what became of it.
"""
