"""What a person can do, as functions: everything after the subject is passed by name."""
