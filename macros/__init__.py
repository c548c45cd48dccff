"""VBA modules and the ribbon of the add-in; a resource package without code."""
