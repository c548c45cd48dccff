"""What runs inside Excel: in-sheet functions and ribbon actions."""
