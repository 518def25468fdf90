"""What every surface says of an incident."""
