"""What every room stands on: clock, queue, locks, uploads, stored files, template tags."""
