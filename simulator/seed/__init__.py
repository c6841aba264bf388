"""What is planted in an empty book."""
