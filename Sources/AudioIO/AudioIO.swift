// Placeholder for AudioIO.
