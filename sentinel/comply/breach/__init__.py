"""A breach of personal data: what happened, how grave it is, who has to know and by when, and drafts of what to say."""
