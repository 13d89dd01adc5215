"""What the record of consultations teaches: minutes, differences, who stays away, who comes early."""
