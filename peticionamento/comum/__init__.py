"""What every room leans on and that knows no room."""
