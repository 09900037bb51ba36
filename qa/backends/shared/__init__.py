"""What several backends compute alike."""
