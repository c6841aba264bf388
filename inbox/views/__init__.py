"""The pages of the inbox, one file a family."""
