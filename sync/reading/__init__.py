"""Reading what units send: by content, in processes of their own that may be killed."""
