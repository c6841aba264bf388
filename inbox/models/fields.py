"""The field of closed text, by the name under which the migrations know it."""

from files.closed import EncryptedTextField

__all__ = ["EncryptedTextField"]
