"""Reddit, with a key of your own that Reddit has approved: posts and comments of subreddits, and searches for posts.

``post`` makes a mention of what is listed (pure), ``api`` asks, ``source`` says which lists there are.
"""
