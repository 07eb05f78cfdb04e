"""What the store knows of places' names beside those that it has read."""
