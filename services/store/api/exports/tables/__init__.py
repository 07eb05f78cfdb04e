"""The columns of each exported table: one module a list."""
