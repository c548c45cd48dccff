"""Workbooks and documents that people restyle in Excel and Word; a resource package without code."""
