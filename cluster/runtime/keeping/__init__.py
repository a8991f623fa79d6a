"""Backup and restore: database, learning folder and keys as one file."""
