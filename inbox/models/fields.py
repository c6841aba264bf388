"""Fields of our own."""

from files.closed import EncryptedTextField

__all__ = ["EncryptedTextField"]
